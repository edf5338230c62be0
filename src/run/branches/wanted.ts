/**
 * What the configuration of a branch asks for. Objects of git never change, and neither do the recipes that the same pipe makes of them:
 * they are kept in the store by the object ids. A lost or damaged one is made again.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Digest } from '../../graph/node.ts';
import { sha256 } from '../../graph/sha256.ts';
import { forgetOldest } from '../../store/forget-oldest.ts';
import { readSummed, writeSummed } from '../../store/summed-text.ts';

export interface Wanted {
  readonly recipes: ReadonlySet<Digest>;
  /** The first 16 digits of keys in its records. */
  readonly recorded: ReadonlySet<string>;
}

export interface KnownWanted {
  recall(configuration: string): Wanted | undefined;
  keep(configuration: string, wanted: Wanted): void;
}

const mostKept = 2000;

/** In a folder of the store. */
export function knownWanted(folder: string): KnownWanted {
  const maker = digestOfMaker();
  const fileOf = (configuration: string): string =>
    join(folder, sha256(`${maker} ${configuration}`).slice(0, 32));
  return {
    recall(configuration) {
      try {
        const { recipes, recorded } = JSON.parse(readSummed(fileOf(configuration))) as {
          readonly recipes: readonly Digest[];
          readonly recorded: readonly string[];
        };
        return { recipes: new Set(recipes), recorded: new Set(recorded) };
      } catch {
        return undefined;
      }
    },
    keep(configuration, { recipes, recorded }) {
      const text = JSON.stringify({ recipes: [...recipes], recorded: [...recorded] });
      try {
        writeSummed(fileOf(configuration), text);
        forgetOldest(folder, mostKept);
      } catch {
        // A store that cannot be written can still be read.
      }
    },
  };
}

/** Of all that reads configurations and makes recipes of them: the sources of pipe, its schemas, the versions of its libraries, Node. */
function digestOfMaker(): Digest {
  const top = join(import.meta.dirname, '../../..');
  const files = ['src/cli', 'src/config', 'src/graph', 'src/store', 'schemas'].flatMap((name) =>
    readdirSync(join(top, name), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(name, entry.name)),
  );
  const texts = [...files, 'package.json']
    .toSorted()
    .map((file) => [file, readFileSync(join(top, file), 'utf8')]);
  return sha256(JSON.stringify([process.version, texts]));
}
