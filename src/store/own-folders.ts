/**
 * The folders that a store makes for itself. What a link in the place of one leads to is somebody else's, and nothing is written or
 * removed there: the link is taken away, and the folder counts as one that is not there.
 */
import { lstatSync, unlinkSync } from 'node:fs';

import { attempt } from './system-error.ts';

/** Those above come first. */
export function takeLinksAway(folders: readonly string[]): void {
  for (const folder of folders)
    attempt(() => {
      if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(folder);
    });
}
