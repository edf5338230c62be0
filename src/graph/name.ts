/** How a node is called by people: its stage, and in brackets the overrides that set it apart. */
import { readsAsText } from '../config/override.ts';
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

/** Whether it is the text of a value that `nodeName` cut. */
export const isCut = (text: string): boolean => /…[0-9a-f]{6}$/.test(text);

/** A text that would be read as another value, or as several, has quotes; long values are cut and told apart by their digest. */
function shortText(value: Json): string {
  const plain = valueText(value);
  if (plain.length <= longestValue) return plain;
  return `${plain.slice(0, longestValue - 8)}…${digestOf(value).slice(0, 6)}`;
}

const valueText = (value: Json): string =>
  typeof value === 'string' && /^[^\s,[\]{}"'=…]+$/.test(value) && readsAsText(value)
    ? value
    : JSON.stringify(value);
