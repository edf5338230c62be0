/**
 * Texts that can be made again, with a sum over all their bytes before them: one that is damaged counts as absent. The sum is quick
 * to load: who finds nothing touched reads such a text and does little else.
 */
import { readStored } from './stored-file.ts';
import { writeWhole } from './whole-file.ts';

/** Throws what the system says, and where the text is not as it was written. */
export function readSummed(file: string): string {
  const bytes = readStored(file);
  const text = bytes.subarray(headLength);
  if (bytes.toString('latin1', 0, headLength) !== headOf(text)) throw new Error(`damaged: ${file}`);
  return text.toString('utf8');
}

/** Throws what the system says. */
export function writeSummed(file: string, text: string): void {
  const bytes = Buffer.from(text);
  writeWhole(file, Buffer.concat([Buffer.from(headOf(bytes)), bytes]));
}

const headLength = '01234567\n'.length;

const headOf = (bytes: Uint8Array): string => `${sumOf(bytes).toString(16).padStart(8, '0')}\n`;

/** FNV-1a over words of four bytes. Each word has a part in it that no other can undo: a changed byte always shows. */
export function sumOf(bytes: Uint8Array): number {
  const padded = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  padded.set(bytes);
  const words = new Uint32Array(padded.buffer);
  let sum = 0x811c9dc5 ^ bytes.length;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ (words[i] as number), 0x01000193);
  return sum >>> 0;
}
