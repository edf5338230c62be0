/** What the system says when a store cannot be written, as failures that say what to do. */
import { FailureError, type Failure } from '../failure.ts';

const remedies: Readonly<Record<string, readonly [code: string, message: string, remedy: string]>> = {
  ENOSPC: ['STORE_FULL', 'the disk is full', 'free some space and run again: finished work is kept'],
  EDQUOT: ['STORE_FULL', 'the disk quota is used up', 'free some space and run again: finished work is kept'],
  EROFS: [
    'STORE_READ_ONLY',
    'the file system is read-only',
    'mount it writable, or use another project folder',
  ],
  EACCES: ['STORE_READ_ONLY', 'you may not write there', 'change the permissions of the folder'],
  EPERM: ['STORE_READ_ONLY', 'you may not write there', 'change the permissions of the folder'],
  ENOTDIR: ['STORE_BLOCKED', 'a file is where a folder should be', 'move that file away'],
  EIO: ['STORE_BROKEN', 'the disk reports an error', 'check the disk'],
};

/** Undefined for an error that is not about writing. */
export function unwritable(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  const known = remedies[error.code];
  if (known === undefined) return undefined;
  const [code, message, remedy] = known;
  const place = 'path' in error && typeof error.path === 'string' ? { place: error.path } : {};
  return { code, message, remedy, ...place };
}

/** Does the work; an error of writing comes out as a `FailureError` that says so. */
export async function writing<Value>(work: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const failure = unwritable(error);
    throw failure === undefined ? error : new FailureError(failure);
  }
}
