/** How large a value is, when what is shared inside it is counted wherever it stands. */
import type { Located } from './located.ts';

const known = new WeakMap<Located, number>();

/** Values in it, itself included; a long text counts for one more with every thousand characters. */
export function sizeOf(value: Located): number {
  if (value.kind === 'scalar') {
    return typeof value.value === 'string' ? 1 + Math.floor(value.value.length / 1000) : 1;
  }
  const before = known.get(value);
  if (before !== undefined) return before;
  const parts =
    value.kind === 'sequence' ? value.items : [...value.entries.values()].map((entry) => entry.value);
  const size = parts.reduce((sum, part) => sum + sizeOf(part), 1);
  known.set(value, size);
  return size;
}
