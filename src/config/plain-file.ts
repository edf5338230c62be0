/**
 * Files that people put into a project or name to a command. What stands in the place of one may be anything: a pipe
 * nobody writes to, a link to a device that never ends, a folder. All of `pipe` reads such files through here.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const { O_NONBLOCK, O_RDONLY } = constants;

/** In bytes: more than any text that people or programs write for others to read. */
const largest = 256_000_000;

/**
 * The bytes of a plain file, links followed. Throws what the system says, and, with the codes `EINVAL` and `EFBIG`, of what
 * is no file or has more than `most` bytes.
 */
export function readPlainFile(path: string, most = largest): Buffer {
  // Where it is a pipe, the opening of it waits for nobody.
  const descriptor = openSync(path, O_RDONLY | O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw problem('EINVAL', 'it is no file');
    if (stats.size > most) throw tooLarge(most);
    // What the system makes up, such as a file of /proc, has no size and may have no end.
    let bytes = Buffer.allocUnsafe(stats.size + 1);
    for (let length = 0; ;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) return bytes.subarray(0, length);
      length += count;
      if (length > most) throw tooLarge(most);
      if (length === bytes.length) bytes = Buffer.concat([bytes], 2 * length + 65_536);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** As UTF-8. Throws as `readPlainFile` does. */
export const readPlainText = (path: string): string => readPlainFile(path).toString('utf8');

/** Undefined where nothing is there. Throws as `readPlainFile` does. */
export function readTextIfThere(path: string): string | undefined {
  try {
    return readPlainText(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether the error says that nothing stands at the path. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const tooLarge = (most: number): Error => problem('EFBIG', `it has more than ${most} bytes`);

const problem = (code: string, message: string): Error => Object.assign(new Error(message), { code });
