/** The digests of inputs outside the store. How each looked last is kept while the process lasts; a further look is compared with it. */
import type { Digest } from '../graph/node.ts';
import type { FileList } from './file-list.ts';
import type { Layout } from './layout.ts';
import { lookAtTree } from './tree-index.ts';
import { readTable, type TreeTable } from './tree-table.ts';

export interface InputLooks {
  /** Whether a file that looks as it did counts as unchanged. Without it every byte is read each time. */
  readonly trustsStamps: boolean;
  /** Of a file or folder; costs stats alone when it is unchanged. */
  digest(path: string, options?: InputDigestOptions): Promise<Digest>;
  /** The same with how it looked, before it was read. */
  look(path: string, options?: InputDigestOptions): Promise<InputLook>;
  /** The same before anybody asks: the first question within a moment is answered by this look. */
  digestAhead(path: string): Promise<Digest>;
  /** Something ran that may have written anywhere: everything is looked at anew. */
  forget(): void;
}

export interface InputLook {
  /** Absolute. */
  readonly path: string;
  readonly list: FileList | undefined;
  readonly table: TreeTable;
}

interface InputDigestOptions {
  /** Of a folder: the files that count. They alone are looked at, and an index is kept for them. */
  readonly list?: FileList | undefined;
  readonly signal?: AbortSignal | undefined;
  /** It may have been looked at a moment ago; it is looked at now without it. */
  readonly mayBeOfBefore?: boolean;
}

/** Milliseconds. */
const moment = 2000;

interface LastLook {
  readonly table: TreeTable;
  at: number;
  isAhead: boolean;
}

export function openInputLooks(layout: Layout, { trustsStamps = true } = {}): InputLooks {
  const last = new Map<string, LastLook>();
  const lookNow = async (
    path: string,
    { list, signal }: InputDigestOptions,
    isAhead: boolean,
  ): Promise<TreeTable> => {
    const name = nameOf(path, list);
    const table = await lookAtTree(path, {
      links: 'follow',
      indexFile: layout.treeIndex(path, list?.name),
      before: last.get(name)?.table,
      afresh: !trustsStamps,
      signal,
      ...(list && { only: list.files, others: () => wholeOf(path) }),
    });
    last.set(name, { table, at: Date.now(), isAhead });
    return table;
  };
  /** One table for all lists of a folder's files, which are looked at together: each would read its own. */
  const wholeOf = (path: string): TreeTable | undefined =>
    last.get(path)?.table ?? readTable(layout.treeIndex(path));
  const tableOf = async (path: string, options: InputDigestOptions): Promise<TreeTable> => {
    const { list, mayBeOfBefore = false } = options;
    const known = last.get(nameOf(path, list));
    const isRecent = known !== undefined && Math.abs(Date.now() - known.at) < moment;
    if (!trustsStamps || !isRecent || !(mayBeOfBefore || known.isAhead)) return lookNow(path, options, false);
    known.isAhead = false;
    return known.table;
  };
  return {
    trustsStamps,
    digest: async (path, options = {}) => (await tableOf(path, options)).digest,
    look: async (path, options = {}) => ({ path, list: options.list, table: await tableOf(path, options) }),
    digestAhead: async (path) => (await lookNow(path, {}, true)).digest,
    forget() {
      for (const known of last.values()) known.at = -Infinity;
    },
  };
}

const nameOf = (path: string, list: FileList | undefined): string =>
  list === undefined ? path : `${path}\0${list.digest}`;
