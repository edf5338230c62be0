/**
 * What every medium needs of a text that a user, a stage or a file has named: nothing in it steers the reader, hides from him or
 * reorders what he sees. Such characters are shown as escapes.
 */

/** These choose between a letter and a picture, and take no room of their own. */
const variants = '\ufe0e\ufe0f';

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** `\x1b`, `\r`, `\u202e`, `\u{e0041}` in place of what cannot be seen, but for the characters in `kept`. */
export function visible(text: string, kept = ''): string {
  if (/^[ -~]*$/.test(text)) return text;
  // Controls, directions, halves of characters, separators of lines, and what takes no room. Making the pattern takes a millisecond.
  const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  return text.replaceAll(unseen, (character) =>
    kept.includes(character) || variants.includes(character)
      ? character
      : (short[character] ?? escaped(character)),
  );
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
}

/** Several lines as they are; a carriage return at the end of one belongs to its break. */
export const visibleLines = (text: string): string => visible(text.replaceAll(/\r(?=\n|$)/g, ''), '\n\t');

/** Prose on one line: a line break or a tab, with the blanks about it, is one blank. */
export function joined(text: string): string {
  const breaks = /[\n\r\t\v\f\u0085\u2028\u2029]/;
  if (!breaks.test(text)) return visible(text);
  return visible(text.replaceAll(/[\s\u0085]+/g, (blanks) => (breaks.test(blanks) ? ' ' : blanks)));
}
