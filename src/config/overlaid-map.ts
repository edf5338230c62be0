/** A map with some of its entries replaced, without a copy of the others: an edge changes one of a thousand parameters. */

const smallest = 64;
const deepest = 8;

/** `entries` with `value` at `key`, in its place or at the end. */
export function withEntry<Value>(
  entries: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
): ReadonlyMap<string, Value> {
  const depth = entries instanceof OverlaidMap ? entries.depth : 0;
  if (entries.size >= smallest && depth < deepest)
    return new OverlaidMap<Value>(entries, key, value, depth + 1);
  return new Map(entries).set(key, value);
}

class OverlaidMap<Value> implements ReadonlyMap<string, Value> {
  readonly depth: number;
  readonly #base: ReadonlyMap<string, Value>;
  readonly #key: string;
  readonly #value: Value;
  readonly #isNew: boolean;

  constructor(base: ReadonlyMap<string, Value>, key: string, value: Value, depth: number) {
    this.#base = base;
    this.#key = key;
    this.#value = value;
    this.#isNew = !base.has(key);
    this.depth = depth;
  }

  get size(): number {
    return this.#base.size + (this.#isNew ? 1 : 0);
  }

  get(key: string): Value | undefined {
    return key === this.#key ? this.#value : this.#base.get(key);
  }

  has(key: string): boolean {
    return key === this.#key || this.#base.has(key);
  }

  *entries(): MapIterator<[string, Value]> {
    for (const [key, value] of this.#base) yield [key, key === this.#key ? this.#value : value];
    if (this.#isNew) yield [this.#key, this.#value];
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(each: (value: Value, key: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  [Symbol.iterator](): MapIterator<[string, Value]> {
    return this.entries();
  }
}
