/** What readers of large JSON files share: the bytes that structure it, the chunks of a file, and how they fail. */
import { constants, open } from 'node:fs/promises';
import { FailureError } from '../../failure.ts';

const quote = 0x22;
export const comma = 0x2c;
const backslash = 0x5c;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;

/** A pipe is not waited for: it holds nothing. Fails with JSON_UNREADABLE. */
export async function* chunksOf(file: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    yield* handle.createReadStream({
      highWaterMark: 2 ** 20,
      ...(signal && { signal }),
    }) as AsyncIterable<Buffer>;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new FailureError({ code: 'JSON_UNREADABLE', message: `cannot be read: ${code}`, place: file });
  }
}

/** JSON_INVALID at that byte of the file. */
export const invalidJson = (file: string, byte: number, what: string): FailureError =>
  new FailureError({
    code: 'JSON_INVALID',
    message: what,
    place: `${file}, byte ${byte}`,
    remedy: 'is it the whole file? unpack or download it again',
  });

/** Which bytes of a JSON file are of a text, with its quotes; they are told one after the other. */
export class TextBytes {
  #inText = false;
  #escaped = false;

  has(byte: number): boolean {
    if (!this.#inText) return (this.#inText = byte === quote);
    if (this.#escaped) this.#escaped = false;
    else if (byte === backslash) this.#escaped = true;
    else if (byte === quote) this.#inText = false;
    return true;
  }
}
