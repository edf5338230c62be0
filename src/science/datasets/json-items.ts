/** A list within a JSON object, item by item: an index of a million photographs is longer than a string may be. */
import {
  chunksOf,
  closeBrace,
  closeBracket,
  comma,
  invalidJson,
  openBrace,
  openBracket,
  TextBytes,
} from './json-bytes.ts';

/**
 * The items of the list that is the member `name` of the object in `file`, in order. One item is in memory at a time. What
 * lies outside of the list is passed over without being understood.
 * Fails with JSON_INVALID at the byte where the item begins or the file ends, and with JSON_UNREADABLE.
 */
export async function* readJsonItems<Item>(file: string, name: string): AsyncGenerator<Item> {
  let depth = 0; // open braces and brackets
  const texts = new TextBytes();
  let [inList, found] = [false, false];
  let pieces: Buffer[] = []; // of the item, or of the key, so far
  let [offset, began] = [0, 0]; // of the chunk and of the piece, in the file
  const takeText = (): string => {
    const text = Buffer.concat(pieces).toString('utf8').trim();
    pieces = [];
    return text;
  };
  const parse = (text: string): Item => {
    try {
      return JSON.parse(text) as Item;
    } catch (error) {
      throw invalidJson(file, began, `has an item of ${name} that is no JSON: ${(error as Error).message}`);
    }
  };

  for await (const chunk of chunksOf(file)) {
    let start = 0;
    const endPiece = (end: number): string => {
      pieces.push(chunk.subarray(start, end));
      return takeText();
    };
    const begin = (at: number): void => {
      pieces = [];
      start = at;
      began = offset + at;
    };
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (texts.has(byte)) continue;
      if (byte === openBrace || byte === openBracket) {
        depth += 1;
        if (depth === 2 && byte === openBracket) found ||= inList = isKey(endPiece(i), name);
        if (depth === 1 || (depth === 2 && inList)) begin(i + 1);
      } else if (byte === closeBrace || byte === closeBracket) {
        if (depth === 2 && inList) {
          const last = endPiece(i);
          if (last !== '') yield parse(last);
          inList = false;
        }
        depth -= 1;
      } else if (byte === comma && (depth === 1 || (depth === 2 && inList))) {
        const item = endPiece(i);
        if (inList) yield parse(item);
        begin(i + 1);
      }
    }
    if (depth === 1 || inList) pieces.push(Buffer.from(chunk.subarray(start)));
    offset += chunk.length;
  }
  if (depth !== 0 || !found) throw invalidJson(file, offset, found ? 'ends early' : `has no list ${name}`);
}

/** `"photos":` */
const isKey = (text: string, name: string): boolean =>
  text.endsWith(':') && text.slice(0, -1).trimEnd() === JSON.stringify(name);
