/** Whether an input and the store hold one another. The store changes with every run, so that such an input never stays as it is. */
import { isAbsolute, relative } from 'node:path';

/** Both paths with every link followed. */
export function overlap(input: string, store: string): 'holds' | 'is in' | undefined {
  if (contains(input, store)) return 'holds';
  return contains(store, input) ? 'is in' : undefined;
}

/** A folder itself is in it, too. */
export function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}
