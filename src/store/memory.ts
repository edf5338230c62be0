/** Texts that can be made again, kept with the looks of what they were made from. A lost one costs time and never a result. */
import { join } from 'node:path';

import { forgetOldest } from './forget-oldest.ts';
import { looksHold, type Look } from './looks.ts';
import { readStoredText } from './stored-file.ts';
import { writeWhole } from './whole-file.ts';

/** What was remembered for the request, while all that it was made from looks as it did. */
export function recall(folder: string, request: string): string | undefined {
  try {
    const [asked, looks, text] = linesOf(readStoredText(join(folder, nameOf(request))));
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
    writeWhole(file, `${JSON.stringify(request)}\n${JSON.stringify(looks)}\n${text}`);
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

/** FNV-1a: the whole request stands in the file, and of two with one name the later is kept. */
function nameOf(request: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < request.length; i++) sum = Math.imul(sum ^ request.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(16).padStart(8, '0');
}
