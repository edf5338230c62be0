/** How a node is called by people: its stage, and in brackets the overrides that set it apart. */
import { readsAsText, splitAtCommas } from '../config/override.ts';
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

/** The other way round: `gmm.components=4` and `seed=1` of `gmm[gmm.components=4, seed=1]`. */
export function partsOfName(name: string): { readonly stage: string; readonly overrides: readonly string[] } {
  const match = /^([^[]+)\[(.*)\]$/s.exec(name);
  if (match === null) return { stage: name, overrides: [] };
  const [, stage = '', inside = ''] = match;
  return { stage, overrides: overridesIn(inside) };
}

function overridesIn(text: string): readonly string[] {
  const pieces = splitAtCommas(text, text.indexOf('=') + 1);
  const next = pieces.slice(1).find(({ start }) => /^\s*[A-Za-z][\w.-]*=/.test(text.slice(start)));
  if (next === undefined) return [text.trim()];
  return [text.slice(0, next.start - 1).trim(), ...overridesIn(text.slice(next.start))];
}

/** Without some of its overrides: the name of what several nodes have in common. */
export function nameWithout(name: string, isLeftOut: (path: string) => boolean): string {
  const { stage, overrides } = partsOfName(name);
  const kept = overrides.filter((text) => !isLeftOut(text.slice(0, text.indexOf('='))));
  return kept.length === 0 ? stage : `${stage}[${kept.join(', ')}]`;
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
