/**
 * Flushes the files of new artifacts to the disk, many together: one after another they would take most of the time of a
 * run of small stages. Until an artifact is flushed it has no index, so that after a power cut its bytes are read and
 * compared with its sealed manifest before it counts.
 */
import { open } from 'node:fs/promises';

import { removeTree } from './remove-tree.ts';

export interface Flusher {
  /** `whenFlushed` is called when all the files are on the disk, and never where one of them cannot be. */
  add(files: readonly string[], whenFlushed: () => void): void;
  /** Something that nobody needs any more; what of it cannot be removed is left. */
  remove(folder: string): void;
  /** Waits until a folder is gone that is being removed. */
  removed(folder: string): Promise<void>;
  /** Waits for all that was added. */
  flush(): Promise<void>;
}

interface Pending {
  readonly files: readonly string[];
  readonly whenFlushed: () => void;
}

const mostFiles = 1000;
const longestMilliseconds = 1000;

export function openFlusher(): Flusher {
  let pending: Pending[] = [];
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let underway = Promise.resolve();
  const removals = new Map<string, Promise<void>>();
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = pending;
    pending = [];
    count = 0;
    underway = underway.then(() => flushBatch(batch));
    return underway;
  };
  return {
    flush,
    remove(folder) {
      const removed = removeTree(folder)
        .catch(() => undefined)
        .finally(() => removals.delete(folder));
      removals.set(folder, removed);
      underway = underway.then(() => removed);
    },
    removed: async (folder) => removals.get(folder),
    add(files, whenFlushed) {
      pending.push({ files, whenFlushed });
      count += files.length;
      if (count > mostFiles) void flush();
      else timer ??= setTimeout(() => void flush(), longestMilliseconds).unref();
    },
  };
}

/** As many at a time as Node has threads for. */
const atATime = 4;

async function flushBatch(batch: readonly Pending[]): Promise<void> {
  const lost = new Set<Pending>();
  const files = batch.flatMap((one) => one.files.map((file) => ({ one, file }))).values();
  const flushSome = async (): Promise<void> => {
    for (const { one, file } of files) if (!(await flushFile(file))) lost.add(one);
  };
  await Promise.all(Array.from({ length: atATime }, flushSome));
  for (const one of batch) if (!lost.has(one)) one.whenFlushed();
}

async function flushFile(path: string): Promise<boolean> {
  try {
    await using handle = await open(path);
    await handle.sync();
    return true;
  } catch {
    return false;
  }
}
