/**
 * A tree as it looked at one time, packed: what its index keeps, in one file that is read and written whole. A file that is
 * damaged counts as absent.
 */
import { closeSync, readSync } from 'node:fs';

import type { Digest } from '../graph/node.ts';
import { checksum } from './checksum.ts';
import type { ManifestFile } from './manifest.ts';
import { stampLength } from './stamp.ts';
import { openStored, readStored } from './stored-file.ts';
import { writeWhole } from './whole-file.ts';

export interface TreeTable {
  /** Of the whole tree. */
  readonly digest: Digest;
  /** Relative to the root, in the order of the walk. A folder's ends in a slash and stands before all in it; the root's is empty. */
  readonly paths: readonly string[];
  /** Whether the root is a file. */
  readonly isFile: boolean;
  /** Those of the paths at which a link stands. */
  readonly links: readonly string[];
  /** Those of the files that their owner may execute; the rights of others depend on who made the checkout. */
  readonly executables: readonly string[];
  /** Of each path; see `stamp.ts`. */
  readonly stamps: Float64Array;
  /** Of each path, 64 hexadecimal digits; those of a folder mean nothing. */
  readonly digests: Buffer;
}

/** Of one digest in a table. */
export const digestLength = 64;

/** Room for so many rows. That of many is shared memory: their files are digested in threads. */
export function openColumns(count: number): Pick<TreeTable, 'stamps' | 'digests'> {
  const Memory = count < 4096 ? ArrayBuffer : SharedArrayBuffer;
  return {
    stamps: new Float64Array(new Memory(8 * stampLength * count)),
    digests: Buffer.from(new Memory(digestLength * count)),
  };
}

export function* filesIn(tree: Omit<TreeTable, 'digest'>): Generator<ManifestFile> {
  const executables = new Set(tree.executables);
  for (const [i, path] of tree.paths.entries()) {
    if (isFolder(tree, i)) continue;
    const size = tree.stamps[stampLength * i] as number;
    const file = { path, size, digest: digestAt(tree, i) };
    yield executables.has(path) ? { ...file, executable: true } : file;
  }
}

export function emptyFoldersIn(tree: Omit<TreeTable, 'digest'>): readonly string[] {
  const { paths } = tree;
  return paths
    .filter((path, i) => isFolder(tree, i) && paths[i + 1]?.startsWith(path) !== true)
    .map((path) => path.slice(0, -1));
}

export const isFolder = ({ paths, isFile }: Pick<TreeTable, 'paths' | 'isFile'>, index: number): boolean => {
  const path = paths[index] as string;
  return path === '' ? !isFile : path.endsWith('/');
};

export const digestAt = ({ digests }: Pick<TreeTable, 'digests'>, index: number): Digest =>
  digests.toString('latin1', digestLength * index, digestLength * (index + 1)) as Digest;

export function hasSameDigest(
  a: Pick<TreeTable, 'digests'>,
  i: number,
  b: Pick<TreeTable, 'digests'>,
  j: number,
): boolean {
  const [inA, inB] = [digestLength * i, digestLength * j];
  return a.digests.compare(b.digests, inB, inB + digestLength, inA, inA + digestLength) === 0;
}

export function copyDigest(from: Buffer, fromIndex: number, to: Buffer, toIndex: number): void {
  from.copy(to, digestLength * toIndex, digestLength * fromIndex, digestLength * (fromIndex + 1));
}

interface Head {
  readonly format: 5;
  readonly digest: Digest;
  readonly isFile: boolean;
  readonly count: number;
  readonly links: number;
  readonly executables: number;
  /** Of the digest and of all behind the head. */
  readonly checksum: number;
}

/** Behind it come the stamps, the digests and the paths, which hold no zero byte, between zero bytes; then those of the links and the executable files. */
const headLength = 256;

/** Undefined where there is none, or it is not as it was written. */
export function readTable(file: string): TreeTable | undefined {
  try {
    const bytes = readStored(file);
    const head = headIn(bytes);
    if (checksumOf(head.digest, bytes.subarray(headLength)) !== head.checksum) return undefined;
    const { digests, ...rest } = withoutStamps(bytes);
    // Numbers of eight bytes have to begin at a multiple of eight.
    const stamps = new Float64Array(
      new Uint8Array(bytes.subarray(headLength, digests.byteOffset - bytes.byteOffset)).buffer,
    );
    return { ...rest, stamps, digests };
  } catch {
    return undefined;
  }
}

/** The same without what nobody needs who wants to show it: damage may change what is shown. */
export function readDigests(file: string): Omit<TreeTable, 'stamps'> | undefined {
  try {
    return withoutStamps(readStored(file));
  } catch {
    return undefined;
  }
}

function withoutStamps(bytes: Buffer): Omit<TreeTable, 'stamps'> {
  const { digest, isFile, count, links, executables } = headIn(bytes);
  const digestsAt = headLength + 8 * stampLength * count;
  const pathsAt = digestsAt + digestLength * count;
  const names = bytes.toString('utf8', pathsAt).split('\0');
  return {
    digest,
    isFile,
    digests: bytes.subarray(digestsAt, pathsAt),
    paths: names.slice(0, count),
    links: names.slice(count, count + links),
    executables: names.slice(count + links, count + links + executables),
  };
}

/** Never in place: other names of the file keep what they have. A store that cannot be written can still be read. */
export function writeTable(file: string, table: TreeTable): void {
  const { digest, isFile, stamps, digests, paths, links, executables } = table;
  try {
    const bytes = Buffer.concat([
      Buffer.alloc(headLength, ' '),
      Buffer.from(stamps.buffer, stamps.byteOffset, stamps.byteLength),
      digests,
      Buffer.from([...paths, ...links, ...executables].join('\0')),
    ]);
    const head: Head = {
      format: 5,
      digest,
      isFile,
      count: paths.length,
      links: links.length,
      executables: executables.length,
      checksum: checksumOf(digest, bytes.subarray(headLength)),
    };
    bytes.write(JSON.stringify(head));
    writeWhole(file, bytes);
  } catch {
    // Without it the bytes are read again.
  }
}

/** The digest that a table in that file has; all of it need not be read for that. */
export function digestInTable(file: string): Digest | undefined {
  try {
    const descriptor = openStored(file);
    try {
      const bytes = Buffer.alloc(headLength);
      readSync(descriptor, bytes);
      return headIn(bytes).digest;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

function headIn(bytes: Buffer): Head {
  const head = JSON.parse(bytes.toString('latin1', 0, headLength)) as Head;
  if (head.format !== 5) throw new Error('of another version');
  return head;
}

const checksumOf = (digest: Digest, behind: Uint8Array): number =>
  checksum(behind, checksum(Buffer.from(digest)));
