/** Texts that can be made again, kept with the looks of what they were made from. A lost one costs time and never a result. */
import { join } from 'node:path';

import { checksum } from './checksum.ts';
import { forgetOldest } from './forget-oldest.ts';
import { looksHold, type Look } from './looks.ts';
import { readSummed, writeSummed } from './summed-text.ts';

/** What was remembered for the request, while all that it was made from looks as it did. */
export function recall(folder: string, request: string): string | undefined {
  try {
    const [asked, looks, text] = linesOf(readSummed(join(folder, nameOf(request))));
    if (asked !== JSON.stringify(request)) return undefined;
    return looksHold(JSON.parse(looks) as Look[]) ? text : undefined;
  } catch {
    return undefined;
  }
}

const mostKept = 32;

export function remember(folder: string, request: string, looks: readonly Look[], text: string): void {
  try {
    const file = join(folder, nameOf(request));
    writeSummed(file, `${JSON.stringify(request)}\n${JSON.stringify(looks)}\n${text}`);
    forgetOldest(folder, mostKept);
  } catch {
    // A store that cannot be written can still be read.
  }
}

function linesOf(text: string): readonly [request: string, looks: string, text: string] {
  const first = text.indexOf('\n');
  const second = text.indexOf('\n', first + 1);
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}

/** The whole request stands in the file, and of two with one name the later is kept. */
const nameOf = (request: string): string => checksum(Buffer.from(request)).toString(16).padStart(8, '0');
