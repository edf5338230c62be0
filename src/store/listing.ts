/** The files of a folder and their digests, as an index of it knows them. */
import { compareCodePoints } from '../graph/encoding.ts';
import type { Digest } from '../graph/node.ts';
import type { ManifestFile } from './manifest.ts';
import {
  digestAt,
  filesIn,
  hasSameDigest,
  isFolder,
  readDigests,
  readTable,
  type TreeTable,
} from './tree-table.ts';

/** By path: the digest, and whether its owner may execute it. */
export type Listing = ReadonlyMap<string, string>;

/** Undefined where the index is of a tree with another digest. */
export function listingIn(indexFile: string, digest: Digest): Listing | undefined {
  const table = readTable(indexFile);
  return table?.digest === digest ? listed(table) : undefined;
}

export interface ListingChange {
  /** Without the files that both have alike. */
  readonly before: Listing;
  readonly after: Listing;
  /** Files there are afterwards. */
  readonly total: number;
}

/** What changed between two indexes of trees. Undefined where one of them cannot be read. */
export function changeOfListing(before: string, after: string): ListingChange | undefined {
  const [a, b] = [readDigests(before), readDigests(after)];
  if (a === undefined || b === undefined) return undefined;
  const [onlyBefore, onlyAfter] = [new Map<string, string>(), new Map<string, string>()];
  const [executableBefore, executableAfter] = [new Set(a.executables), new Set(b.executables)];
  let total = 0;
  // Both are in the same order.
  for (let i = 0, j = 0; i < a.paths.length || j < b.paths.length;) {
    const order = compare(a.paths[i], b.paths[j]);
    const before = { path: a.paths[i] ?? '', executable: executableBefore.has(a.paths[i] ?? '') };
    const after = { path: b.paths[j] ?? '', executable: executableAfter.has(b.paths[j] ?? '') };
    const isAlike = order === 0 && before.executable === after.executable && hasSameDigest(a, i, b, j);
    if (order <= 0 && !isFolder(a, i) && !isAlike)
      onlyBefore.set(before.path, inListing({ ...before, digest: digestAt(a, i) }));
    if (order >= 0 && !isFolder(b, j)) {
      total++;
      if (!isAlike) onlyAfter.set(after.path, inListing({ ...after, digest: digestAt(b, j) }));
    }
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return { before: onlyBefore, after: onlyAfter, total };
}

/** What is not there comes last. */
function compare(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return 1;
  return right === undefined ? -1 : compareCodePoints(left, right);
}

const listed = (table: TreeTable): Listing =>
  new Map([...filesIn(table)].map((file) => [file.path, inListing(file)]));

/** What a listing says of a file. */
export const inListing = ({
  digest,
  executable = false,
}: Pick<ManifestFile, 'digest' | 'executable'>): string => (executable ? `${digest} executable` : digest);
