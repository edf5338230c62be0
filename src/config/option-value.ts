/** A value of `-S` said the other way: a list is one value, and what stands between commas are several. */
import { shellWord } from '../shell-word.ts';
import type { Located } from './located.ts';
import type { Origin } from './source.ts';

/** All that stands behind the `=` of the `-S` that a value was written in. */
export interface OptionValue {
  readonly text: string;
  readonly origin: Origin;
  /** Where it is a list: `to sweep: -S gmm.components=4,8`. */
  readonly asSweep: string | undefined;
  /** `takes a list: -S 'figures.seeds=[1,2]'`. */
  readonly asList: string;
}

/** Undefined for a value of a file, or of another option. */
export function optionValueOf({ origin: { source } }: Located): OptionValue | undefined {
  if (source.kind !== 'option' || !source.name.startsWith('-S ')) return undefined;
  const start = source.text.indexOf('=') + 1;
  const path = source.text.slice(0, start).trim();
  const text = source.text.slice(start).trim();
  const [, items] = /^\[(.*[^\s,])[\s,]*\]$/s.exec(text) ?? [];
  return {
    text,
    origin: { source, start, end: Math.max(start + 1, source.text.length) },
    asSweep: items && `to sweep: -S ${shellWord(path + items.trim().replaceAll(/,\s+/g, ','))}`,
    asList: `takes a list: -S ${shellWord(`${path}[${text}]`)}`,
  };
}
