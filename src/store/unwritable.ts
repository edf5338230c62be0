/** What the system says when a store cannot be written, as failures that say what to do. */
import { lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { FailureError, type Failure } from '../failure.ts';
import { attempt, isSystemError, type SystemError } from './system-error.ts';

const tooManyFiles = [
  'FILES_OPEN_TOO_MANY',
  'too many files are open',
  'raise the limit (ulimit -n 1024), or run fewer stages at a time (--jobs 1)',
] as const;

const remedies: Readonly<Record<string, readonly [code: string, message: string, remedy: string]>> = {
  ENOSPC: [
    'STORE_FULL',
    'the disk is full, or has as many files as it can have',
    'free some space and run again: finished work is kept',
  ],
  EDQUOT: ['STORE_FULL', 'the disk quota is used up', 'free some space and run again: finished work is kept'],
  EROFS: [
    'STORE_READ_ONLY',
    'the file system is read-only',
    'mount it writable, or use another project folder',
  ],
  EACCES: ['STORE_READ_ONLY', 'you may not write there', 'change the permissions of the folder'],
  EPERM: ['STORE_READ_ONLY', 'you may not write there', 'change the permissions of the folder'],
  EXDEV: [
    'STORE_SPLIT',
    'its parts are on several file systems, or in layers of one, between which nothing can be moved',
    'keep all of `artifacts` on one file system',
  ],
  ENOTDIR: ['STORE_BLOCKED', 'a file is where a folder should be', 'move that file away'],
  ENAMETOOLONG: [
    'PATH_TOO_LONG',
    'the path is longer than the system takes',
    'move the project to a folder less deep, or give stages and files shorter names',
  ],
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  EIO: ['STORE_BROKEN', 'the disk reports an error', 'check the disk'],
};

/** Undefined for an error that the system did not report. */
export function unwritable(error: unknown): Failure | undefined {
  if (!isSystemError(error)) return undefined;
  const { path, dest = path } = error;
  const blocking =
    dest === undefined ? undefined : blockedBy(error.syscall === 'mkdir' ? join(dest, 'inside') : dest);
  if (blocking !== undefined && ['ENOENT', 'ENOTDIR', 'EEXIST'].includes(error.code)) return blocking;
  const place = dest === undefined ? {} : { place: dest };
  const [code, message, remedy] = remedies[codeOf(error)] ?? [
    'STORE_BROKEN',
    error.message,
    'check the disk, and the permissions of the folder `artifacts`',
  ];
  return { code, message, remedy, ...place };
}

/** Node says ENOENT when it cannot make a folder and those above it on a read-only file system. */
const codeOf = ({ code, syscall }: SystemError): string =>
  code === 'ENOENT' && syscall === 'mkdir' ? 'EROFS' : code;

/** The outermost of the folders above a path that is none. */
function blockedBy(path: string): Failure | undefined {
  const above = dirname(path);
  const outer = above === path ? undefined : blockedBy(above);
  const entry = outer === undefined ? attempt(() => lstatSync(above, { throwIfNoEntry: false })) : undefined;
  if (entry === undefined || entry.isDirectory()) return outer;
  const leadsTo = attempt(() => statSync(above, { throwIfNoEntry: false }));
  if (leadsTo?.isDirectory() === true) return undefined;
  const isDangling = entry.isSymbolicLink() && leadsTo === undefined;
  return {
    code: 'STORE_BLOCKED',
    message: `${isDangling ? 'a link that leads nowhere' : 'a file'} is where a folder should be`,
    place: above,
    remedy: isDangling ? 'make the folder that it leads to, or take the link away' : 'move that file away',
  };
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
