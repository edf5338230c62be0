/**
 * One text for each JSON value: JSON without white space, members in code-point order of their names. Strings are
 * quoted and escaped (lone surrogates too), so no two different values have the same text, whatever they hold.
 */
import type { Json, JsonObject } from '../json.ts';
import type { Digest } from './node.ts';
import { sha256 } from './sha256.ts';

/** SHA-256 of the value's canonical text. */
export const digestOf = (value: Json): Digest => sha256(canonicalText(value));

/** The order of members never matters, the order of lists always does. A number that JSON cannot say is a RangeError. */
export function canonicalText(value: Json): string {
  if (typeof value === 'number') return numberText(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  let text = '';
  if (isList(value)) {
    for (const item of value) text += `${text === '' ? '' : ','}${canonicalText(item)}`;
    return `[${text}]`;
  }
  for (const name of inOrder(Object.keys(value)))
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalText(value[name] as Json)}`;
  return `{${text}}`;
}

/** Most objects are written with their members in order. */
const inOrder = (names: string[]): readonly string[] =>
  names.every((name, i) => i === 0 || compareCodePoints(names[i - 1] as string, name) < 0)
    ? names
    : names.toSorted(compareCodePoints);

/** For `sort`: by Unicode code point, the same in every locale (`<` compares UTF-16 units and differs above U+FFFF). */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a !== b) return orderOfUnit(a) - orderOfUnit(b);
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above U+FFFF, so they come after the units U+E000 to U+FFFF. */
const orderOfUnit = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no canonical text`);
  return JSON.stringify(value);
}
