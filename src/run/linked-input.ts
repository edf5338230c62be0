/** A hard link to an input changes the input's stamp as an edit does, and a later edit of the input would be one of the output. */
import { statSync, type Stats } from 'node:fs';
import { resolve } from 'node:path';

import type { Node } from '../graph/node.ts';
import { walk } from '../store/walk.ts';
import { NodeFault } from './fault.ts';

/** The fault where `path`, which does not look as it did, is a file that the output holds under a second name. */
export function inputLinked(node: Node, path: string, output: string, root: string): NodeFault | undefined {
  const input = statSync(resolve(root, path), { throwIfNoEntry: false });
  if (input === undefined || !isLinked(input)) return undefined;
  for (const entry of walk(output, { links: 'refuse' })) {
    if (entry.kind !== 'file' || !isSame(statSync(entry.absolute), input)) continue;
    return new NodeFault('output-unusable', {
      code: 'OUTPUT_LINK',
      message: `${entry.path} is a second name (a hard link) of ${path}, which the stage reads`,
      place: node.name,
      remedy: 'copy it: `cp` in place of `ln`',
    });
  }
  return undefined;
}

const isLinked = (stats: Stats): boolean => stats.isFile() && stats.nlink > 1;

const isSame = (a: Stats, b: Stats): boolean => a.ino === b.ino && a.dev === b.dev;
