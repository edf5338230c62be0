/** Whose a file is: the project's own, or a package's that is known by its name and version. */
import { join, relative, sep } from 'node:path';

import { packageFileIn, type PackageFile } from './package-file.ts';
import type { Places } from './places.ts';

/**
 * The package with a version that the file is in; undefined for what counts by its bytes: what is below no `node_modules` (a
 * workspace, what `npm link` leads to), and what has no version there. `path` is real; the root may itself lie below a `node_modules`.
 */
export function packageOf(path: string, root: string, places: Places): PackageFile | undefined {
  const folder = packageFolder(path, root);
  const file = folder === undefined ? undefined : packageFileIn(folder, places);
  return file?.version === undefined ? undefined : file;
}

/** `node_modules/NAME`, the innermost one. */
function packageFolder(path: string, root: string): string | undefined {
  const within = path.startsWith(root + sep) ? root : '';
  const [, folder] =
    /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)(?:[\\/]|$)/.exec(
      sep + relative(within || sep, path),
    ) ?? [];
  return folder === undefined ? undefined : join(within || sep, folder);
}
