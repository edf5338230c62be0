/** What recorded results refer to: `experiments/NAME.results.json`, written by `pipe record`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { isAbsent, readPlainText } from '../config/plain-file.ts';
import { FailureError } from '../failure.ts';

/**
 * The first 16 digits of every key named anywhere in the records, with the record that names it. Any run of hexadecimal
 * digits of that length counts: to keep too much is no harm. Throws a `FailureError` for a record that cannot be read.
 */
export function recordedKeys(root: string): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const file of recordsIn(root)) {
    for (const [digits] of textOf(root, file).matchAll(/\b[0-9a-f]{16}(?:[0-9a-f]{16}|[0-9a-f]{48})?\b/g))
      keys.set(digits.slice(0, 16), file);
  }
  return keys;
}

function recordsIn(root: string): readonly string[] {
  try {
    return readdirSync(join(root, 'experiments'))
      .filter((name) => name.endsWith('.results.json'))
      .toSorted()
      .map((name) => `experiments/${name}`);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function textOf(root: string, file: string): string {
  try {
    const text = readPlainText(join(root, file));
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new FailureError({
      code: 'RECORD_UNREADABLE',
      message: `cannot be read: ${(error as Error).message}`,
      place: file,
      remedy: 'mend it or take it away: without it nobody can tell which artifacts it refers to',
    });
  }
}
