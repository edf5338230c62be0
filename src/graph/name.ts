/** How a node is called by people: its stage, and in brackets the overrides that set it apart. */
import { digestOf } from './encoding.ts';
import type { Json } from '../json.ts';

const longestValue = 40;

/** `gmm` without overrides, else `gmm[gmm.components=4, seed=1]` in the order given. */
export function nodeName(
  stage: string,
  overrides: readonly (readonly [path: string, value: Json])[],
): string {
  if (overrides.length === 0) return stage;
  return `${stage}[${overrides.map(([path, value]) => `${path}=${shortText(value)}`).join(', ')}]`;
}

/** Text that needs no quotes stands as it is; long values are cut and told apart by their digest. */
function shortText(value: Json): string {
  const plain = typeof value === 'string' && /^[^\s,[\]{}"'=]+$/.test(value) ? value : JSON.stringify(value);
  if (plain.length <= longestValue) return plain;
  return `${plain.slice(0, longestValue - 8)}…${digestOf(value).slice(0, 6)}`;
}
