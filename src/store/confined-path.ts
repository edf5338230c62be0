/** Paths that lead nowhere out of an artifact, whoever wrote them: a stage, its module, a list of files, a manifest from a shared store. */
import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Names joined by `/`, relative, without empty names, `.`, `..` and zero bytes. */
export const isInside = (path: string): boolean => !/(^|\/)\.{0,2}(\/|$)|\0/.test(path);

/** Absolute path of a file of the folder; undefined where there is no such file, or the path or a link on its way leads elsewhere. */
export function fileInside(folder: string, path: string): string | undefined {
  if (!isInside(path)) return undefined;
  try {
    const place = realpathSync(join(folder, path));
    return place.startsWith(realpathSync(folder) + sep) && statSync(place).isFile() ? place : undefined;
  } catch {
    return undefined;
  }
}
