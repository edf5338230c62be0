/** The value of a parameter as people read it: as it would be written after `-S`, so that the text "1" and the number 1 are told apart. */
import { readsAsText } from '../config/override.ts';
import type { Json } from '../json.ts';

/** `adam`, `"3.10"`, `[1,2]`, `absent`; cut to so many letters at the most. */
export function valueText(value: Json | undefined, longest = 80): string {
  if (value === undefined) return 'absent';
  const isPlain = typeof value === 'string' && value !== '' && readsAsText(value);
  const text = isPlain ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
