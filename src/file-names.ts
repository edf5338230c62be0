/**
 * Names of files that are no text. Linux lets a name be any bytes; Node gives U+FFFD for those that are no UTF-8, and by the
 * text so made either nothing is found or another file, so such names are refused.
 */
import { isUtf8 } from 'node:buffer';
import { readdirSync } from 'node:fs';
import { FailureError } from './failure.ts';

/** Throws NAME_NOT_UTF8 where one of the `names` that Node lists of `folder` stands for other bytes. */
export function refuseOtherBytes(folder: string, names: readonly string[]): void {
  if (!names.some((name) => name.includes('\ufffd'))) return; // the character may be meant
  const name = readdirSync(folder, 'buffer').find((name) => !isUtf8(name));
  if (name === undefined) return;
  throw new FailureError({
    code: 'NAME_NOT_UTF8',
    message: `holds a file or folder whose name is no UTF-8: ${shown(name)}`,
    place: folder,
    remedy: 'rename it, or take it out (`convmv -r -f latin1 -t utf8 --notest FOLDER` renames a whole tree)',
  });
}

/** `"caf\xe9.jpg"`. */
const shown = (name: Buffer): string =>
  JSON.stringify(name.toString('latin1')).replaceAll(
    /[\u007f-\u00ff]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16)}`,
  );
