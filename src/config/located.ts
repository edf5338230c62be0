/** JSON values that remember where each part was written. Immutable; shared freely. */
import type { Json } from '../json.ts';
import type { Origin } from './source.ts';

export type Located = LocatedScalar | LocatedSequence | LocatedMapping;

interface LocatedScalar {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  readonly origin: Origin;
}

interface LocatedSequence {
  readonly kind: 'sequence';
  readonly items: readonly Located[];
  readonly origin: Origin;
}

export interface LocatedMapping {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  readonly origin: Origin;
}

export interface LocatedEntry {
  /** Where the key stands. */
  readonly key: Origin;
  readonly value: Located;
}

/** The plain value, keys in code-point order whatever order they were written in. */
export function toJson(located: Located): Json {
  switch (located.kind) {
    case 'scalar':
      return located.value;
    case 'sequence':
      return located.items.map(toJson);
    case 'mapping':
      return Object.fromEntries(inOrder(located.entries).map(([key, { value }]) => [key, toJson(value)]));
  }
}

/** The plain value, keys as they were written (numbers before names), for what takes no notice of their order. */
export function toUnorderedJson(located: Located): Json {
  if (located.kind === 'scalar') return located.value;
  if (located.kind === 'sequence') return located.items.map(toUnorderedJson);
  const object: Record<string, Json> = {};
  for (const [key, { value }] of located.entries) {
    if (key === '__proto__') return toJson(located);
    object[key] = toUnorderedJson(value);
  }
  return object;
}

function inOrder(
  entries: LocatedMapping['entries'],
): readonly (readonly [key: string, entry: LocatedEntry])[] {
  const list = [...entries];
  return list.length < 2 ? list : list.toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The part that the keys lead to, or undefined. Items of a sequence are named by their index. */
export function partAt(located: Located | undefined, keys: readonly string[]): Located | undefined {
  let part = located;
  for (const key of keys) {
    if (part?.kind === 'mapping') part = part.entries.get(key)?.value;
    else if (part?.kind === 'sequence') part = part.items[Number(key)];
    else return undefined;
  }
  return part;
}

/** The value of a text scalar, undefined for anything else. */
export function textOf(located: Located | undefined): string | undefined {
  return located?.kind === 'scalar' && typeof located.value === 'string' ? located.value : undefined;
}

export function isNull(located: Located): boolean {
  return located.kind === 'scalar' && located.value === null;
}

/** In short and on one line, for messages: `"abc" (text)`, `a mapping of 3 parameters`. */
export function describeValue(located: Located): string {
  if (located.kind === 'sequence' && located.items.length === 0) return 'an empty list';
  if (located.kind === 'sequence') return `a list of ${located.items.length}`;
  if (located.kind === 'mapping' && located.entries.size === 0) return 'an empty mapping';
  if (located.kind === 'mapping')
    return `a mapping with the keys ${shorten([...located.entries.keys()].slice(0, 20).join(', '))}`;
  const { value } = located;
  if (typeof value === 'string') return `${shorten(JSON.stringify(value.slice(0, 100)))} (text)`;
  return String(value);
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
