/**
 * Texts that can be made again, with a checksum of their bytes before them: one that is damaged counts as absent.
 */
import { checksum } from './checksum.ts';
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

const headOf = (bytes: Uint8Array): string => `${checksum(bytes).toString(16).padStart(8, '0')}\n`;
