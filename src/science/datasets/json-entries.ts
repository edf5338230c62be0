/**
 * A JSON object too large for one string, entry by entry: data sets describe a million photos in a single file.
 * One entry is in memory at a time.
 */
import type { FailureError } from '../../failure.ts';
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

const largestEntry = 16 * 2 ** 20; // bytes

/**
 * Key and value of every entry of the object in `file`, in the file's order; repeated keys come again.
 * Fails with JSON_INVALID at the byte where the entry begins, and with JSON_UNREADABLE.
 */
export async function* readJsonEntries(
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly [key: string, value: unknown]> {
  const splitter = new EntrySplitter(file);
  for await (const chunk of chunksOf(file, signal)) yield* splitter.entriesOf(chunk);
  splitter.end();
}

/** Cuts at the commas of the outermost object; what lies between two of them is left to `JSON.parse`. */
class EntrySplitter {
  readonly #file: string;
  /** Open braces and brackets; 0 before the object and after it. */
  #depth = 0;
  #ended = false;
  readonly #texts = new TextBytes();
  #entries = 0;
  /** The pieces of the entry so far, from earlier chunks. */
  #pieces: Buffer[] = [];
  #length = 0;
  /** Of the first byte of the chunk, and of the entry, in the file. */
  #offset = 0;
  #entryOffset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  *entriesOf(chunk: Buffer): Generator<readonly [string, unknown]> {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (this.#depth === 0) {
        if (isBlank(byte) || (byteOrderMark.has(byte) && this.#offset + i < 3)) continue;
        if (byte !== openBrace || this.#ended) throw this.#invalid(this.#offset + i, 'is no single object');
        this.#depth = 1;
        start = i + 1;
        this.#entryOffset = this.#offset + start;
      } else if (this.#texts.has(byte)) continue;
      else if (byte === openBrace || byte === openBracket) this.#depth += 1;
      else if (byte === closeBrace || byte === closeBracket) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#ended = true;
        this.#keep(chunk.subarray(start, i));
        if (byte !== closeBrace) throw this.#invalid(this.#offset + i, 'closes its object with ]');
        const last = this.#takeText();
        if (last !== '' || this.#entries > 0) yield this.#parse(last);
      } else if (byte === comma && this.#depth === 1) {
        this.#keep(chunk.subarray(start, i));
        yield this.#parse(this.#takeText());
        start = i + 1;
        this.#entryOffset = this.#offset + start;
      }
    }
    if (this.#depth > 0) this.#keep(Buffer.from(chunk.subarray(start)));
    this.#offset += chunk.length;
  }

  end(): void {
    if (!this.#ended) throw this.#invalid(this.#offset, this.#depth > 0 ? 'ends early' : 'holds no object');
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > largestEntry)
      throw this.#invalid(this.#entryOffset, `has an entry of more than ${largestEntry} bytes`);
    this.#pieces.push(piece);
  }

  #takeText(): string {
    const text = Buffer.concat(this.#pieces).toString('utf8').trim();
    this.#pieces = [];
    this.#length = 0;
    return text;
  }

  #parse(text: string): readonly [string, unknown] {
    this.#entries += 1;
    try {
      const [entry] = Object.entries(JSON.parse(`{${text}}`) as Record<string, unknown>);
      if (entry !== undefined) return entry;
    } catch {
      // said below
    }
    throw this.#invalid(this.#entryOffset, `has an entry that is not "key": value: ${shorten(text)}`);
  }

  #invalid(byte: number, what: string): FailureError {
    return invalidJson(this.#file, byte, what);
  }
}

const byteOrderMark: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);
const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
const shorten = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
