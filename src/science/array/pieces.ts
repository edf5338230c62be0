/** Reads and writes of any length: Node ends the whole process where one call is asked for 2 GiB or more. */
import type { FileHandle } from 'node:fs/promises';

const pieceBytes = 2 ** 30;

/** Fills `bytes` from the file's `position` on as far as the file goes; gives how many bytes were read. */
export async function readInPieces(
  handle: Pick<FileHandle, 'read'>,
  bytes: Uint8Array,
  position: number,
): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(pieceBytes, bytes.length - done);
    const { bytesRead } = await handle.read(bytes, done, length, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

/** Writes all of `bytes`: one call may write only some of them, on a disk that is nearly full. */
export async function writeInPieces(
  handle: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const length = Math.min(pieceBytes, bytes.length - done);
    done += (await handle.write(bytes, done, length, position + done)).bytesWritten;
  }
}
