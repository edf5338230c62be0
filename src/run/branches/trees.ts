/** Tree objects of git: the folders of a commit. `git cat-file COMMIT:PATH` says alike of what is not there and of what git lacks. */

export interface GitObject {
  readonly id: string;
  readonly type: 'blob' | 'tree' | 'commit';
}

export type Tree = ReadonlyMap<string, GitObject>;

/** `MODE NAME`, a zero byte, the id in `idBytes` bytes; and again. */
export function readTree(bytes: Buffer, idBytes: number): Tree {
  const entries = new Map<string, GitObject>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(' ', at);
    const end = bytes.indexOf(0, space);
    const id = bytes.toString('hex', end + 1, end + 1 + idBytes);
    entries.set(bytes.toString('utf8', space + 1, end), {
      id,
      type: typeOf(bytes.toString('latin1', at, space)),
    });
    at = end + 1 + idBytes;
  }
  return entries;
}

function typeOf(mode: string): GitObject['type'] {
  if (mode === '40000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}
