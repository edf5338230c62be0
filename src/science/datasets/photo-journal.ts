/**
 * What was read of photographs, a line each, so that a killed run goes on where it was. The file belongs to one piece
 * of work: no other photos and no other code ever meet it.
 */
import { open } from 'node:fs/promises';
import type { Result } from '../../failure.ts';
import type { Photo } from '../exif/photo.ts';

/** What a look at a photo's file gave: its digest where duplicates are looked for, and what it is or why it cannot be used. */
export interface PhotoReading<Known = Photo> {
  readonly id: string;
  readonly digest?: string;
  readonly result: Result<Known>;
}

export interface PhotoJournal {
  readingOf(id: string): PhotoReading | undefined;
  append(readings: readonly PhotoReading[]): Promise<void>;
  close(): Promise<void>;
}

/** The journal in `file`, empty where there is none yet; what a kill has cut off is dropped. */
export async function openJournal(file: string): Promise<PhotoJournal> {
  const handle = await open(file, 'a+');
  const bytes = await handle.readFile();
  const whole = bytes.lastIndexOf('\n') + 1;
  if (whole < bytes.length) await handle.truncate(whole);
  const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
  const known = new Map(
    lines.map((line) => JSON.parse(line) as PhotoReading).map((reading) => [reading.id, reading] as const),
  );
  return {
    readingOf: (id) => known.get(id),
    append: (readings) =>
      handle.appendFile(
        readings
          .filter(({ id }) => !known.has(id))
          .map((reading) => `${JSON.stringify(reading)}\n`)
          .join(''),
      ),
    close: () => handle.close(),
  };
}

/** Remembers nothing. */
export const noJournal: PhotoJournal = {
  readingOf: () => undefined,
  append: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
