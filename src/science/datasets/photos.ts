/** The index of photographs: which can be used, with their camera settings, and which cannot, and why. */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Photo } from '../exif/photo.ts';
import type { Box } from '../image/framing.ts';
import { readJsonItems } from './json-items.ts';
import type { Licence } from './photo-source.ts';

/** `photos.json`. Both lists are in code-point order of the ids. */
export interface PhotoIndex {
  readonly photos: readonly IndexedPhoto[];
  readonly excluded: readonly ExcludedItem[];
}

export interface IndexedPhoto extends Photo {
  /** Path relative to the folder, POSIX separators. */
  readonly id: string;
  /** Where the data set says that the face is, px of the upright photo. */
  readonly face?: Box;
  /** Where the data set names one. */
  readonly licence?: Licence;
}

export interface ExcludedItem {
  readonly id: string;
  /** A failure's code: `TAG_MISSING`, `IMAGE_TRUNCATED`. */
  readonly code: string;
  readonly reason: string;
}

/** The photos of a `photos.json` one by one, for who needs a part of what is said of them. Fails as `readJsonItems` does. */
export function readPhotosOneByOne(file: string): AsyncGenerator<IndexedPhoto> {
  return readJsonItems(file, 'photos');
}

/** An index whose items come as they are asked for: first all photos, then all that is excluded. */
interface PhotoStream {
  readonly photos: Items<IndexedPhoto>;
  readonly excluded: Items<ExcludedItem>;
}

type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

/** Writes `photos.json`, item by item: the text of a million photos is longer than a string may be. */
export async function writePhotoIndex(file: string, index: PhotoStream): Promise<void> {
  await pipeline(Readable.from(textOf(index)), createWriteStream(file));
}

/** Reads a `photos.json` that `ingest` wrote. */
export async function readPhotoIndex(file: string): Promise<PhotoIndex> {
  return JSON.parse(await readFile(file, 'utf8')) as PhotoIndex;
}

/** What `JSON.stringify(index, null, 1)` would give, and a line's end. */
async function* textOf({ photos, excluded }: PhotoStream): AsyncGenerator<string> {
  yield '{\n "photos": ';
  yield* listText(photos);
  yield ',\n "excluded": ';
  yield* listText(excluded);
  yield '\n}\n';
}

async function* listText(items: Items<object>): AsyncGenerator<string> {
  yield '[';
  let count = 0;
  let text = '';
  for await (const item of items) {
    text += `${count === 0 ? '' : ','}\n  ${JSON.stringify(item, null, 1).replaceAll('\n', '\n  ')}`;
    count += 1;
    if (text.length < 2 ** 16) continue;
    yield text;
    text = '';
  }
  yield `${text}${count === 0 ? ']' : '\n ]'}`;
}
