/**
 * Digests of files and folders that cost stats alone when nothing has changed.
 *
 * For each tree an index keeps how it looked, the digest of each file and that of all: the answer while everything looks as it
 * did. Of what looks otherwise the bytes are read. An index that is lost or damaged costs time and never a result.
 */
import type { Digest } from '../graph/node.ts';
import type { Content } from './content.ts';
import { lookAgain, type LookOptions } from './tree-look.ts';
import { emptyFoldersIn, filesIn, readTable, writeTable, type TreeTable } from './tree-table.ts';
import type { WalkOptions } from './walk.ts';

export interface TreeOptions extends WalkOptions {
  /** Where the index of this tree is kept; without one every byte is read. */
  readonly indexFile?: string;
  /** What would be read from there, where it is at hand. */
  readonly before?: TreeTable | undefined;
  /**
   * The stamp of a file touched within the clock's granularity would not tell of a second change in the same tick: it
   * is not trusted, unless the caller knows that nobody writes to the tree any more.
   */
  readonly settled?: boolean;
  /** Is given what writes the index; without it that is done at once. */
  readonly placeIndex?: (place: () => void) => void;
  /** A tree that these files are part of, where it was looked at: what is known of them is not read again. */
  readonly others?: (() => TreeTable | undefined) | undefined;
  /** Read every byte, whatever the index says, and keep what comes out. */
  readonly afresh?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Of a file or a folder. Throws a `FailureError` for what cannot be read or changes meanwhile. */
export async function digestTree(root: string, options: TreeOptions): Promise<Digest> {
  return (await lookAtTree(root, options)).digest;
}

/** As `digestTree`, with the digest of every file. */
export async function readTree(root: string, options: TreeOptions): Promise<Content> {
  return contentOf(await lookAtTree(root, options));
}

export const contentOf = (table: TreeTable): Content => ({
  files: [...filesIn(table)],
  emptyFolders: emptyFoldersIn(table),
});

/** As `digestTree`, with how all of it looked. */
export async function lookAtTree(root: string, options: TreeOptions): Promise<TreeTable> {
  const { indexFile, others, afresh = false, settled = false, placeIndex = (place) => place() } = options;
  const before = beforeOf(options);
  const lookOptions: LookOptions = { ...options, settledBefore: settled ? Infinity : Date.now() };
  const again = before === undefined ? undefined : await lookAgain(before, root, lookOptions);
  if (before !== undefined && again?.unknown.length === 0) return before;
  const known = afresh ? [] : [() => before, () => others?.()];
  // Loaded where there is something to read.
  const { readByWalk, readUnknown } = await import('./tree-read.ts');
  const table = await (again === undefined
    ? readByWalk(known, root, lookOptions)
    : readUnknown(again, root, options.signal));
  if (indexFile !== undefined) placeIndex(() => writeTable(indexFile, table));
  return table;
}

function beforeOf({ before, indexFile, afresh = false }: TreeOptions): TreeTable | undefined {
  if (afresh) return undefined;
  return before ?? (indexFile === undefined ? undefined : readTable(indexFile));
}
