/** Artifacts whose bytes were read or written in this run, with how they looked then. */
import { join } from 'node:path';

import type { Digest } from '../graph/node.ts';
import { digestOfLooks } from '../store/attempts.ts';
import { placeOfPart } from '../store/check-artifact.ts';
import type { Artifact, Store } from '../store/store.ts';
import { firstChange } from '../store/tree-look.ts';
import type { TreeTable } from '../store/tree-table.ts';
import type { Saved } from '../store/workspace.ts';

export interface VerifiedArtifacts {
  /** It was just written. */
  add(saved: Saved): void;
  /** Reads its bytes, or those of a part, where that is still to be done: a path that is not as it was written. */
  damage(artifact: Artifact, part: string | null): Promise<string | undefined>;
  /** How it looks, or a part of it, now that it is verified. */
  seen(artifact: Artifact, part: string | null): SeenArtifact;
}

interface SeenArtifact {
  /** A digest of how it looked; null where that is not known. */
  readonly looks: Digest | null;
  /** Looks at it now: a path that does not look as it did, below the artifact's name. */
  firstChange(): Promise<string | undefined>;
  /** Reads it now: a path that is not as it was written, below the artifact's name. */
  damage(): Promise<string | undefined>;
}

export function openVerifiedArtifacts(store: Store, signal: AbortSignal): VerifiedArtifacts {
  const tables = new Map<string, TreeTable>();
  const read = async (artifact: Artifact, part: string | null): Promise<string | undefined> => {
    const found = await store.readPart(artifact, part, signal);
    if (found.kind === 'damaged') return found.paths[0];
    tables.set(nameOf(artifact, part), found.table);
    return undefined;
  };
  return {
    add: ({ artifact, table }) => void tables.set(nameOf(artifact, null), table),
    damage: async (artifact, part) => {
      const isKnown = tables.has(nameOf(artifact, part)) || tables.has(nameOf(artifact, null));
      return isKnown && store.trustsStamps ? undefined : read(artifact, part);
    },
    seen(artifact, part) {
      const { folder, manifest } = artifact;
      const own = tables.get(nameOf(artifact, part));
      const whole = tables.get(nameOf(artifact, null));
      const look = async (): Promise<string | undefined> => {
        if (own !== undefined)
          return below(part ?? '', await firstChange(own, placeOfPart(artifact, part), { links: 'refuse' }));
        // Where another node has just found it changed, nothing is known of it.
        if (whole === undefined) return '';
        return firstChange(whole, folder, { links: 'refuse', ...(part !== null && { part }) });
      };
      const table = own ?? whole;
      return {
        looks: table === undefined ? null : digestOfLooks(table, own === undefined ? part : null),
        async firstChange() {
          const changed = await look();
          // Its bytes are to be read before the next takes it.
          if (changed !== undefined) for (const each of [part, null]) tables.delete(nameOf(artifact, each));
          return below(manifest.name, changed);
        },
        damage: async () => below(manifest.name, await read(artifact, part)),
      };
    },
  };
}

const below = (folder: string, path: string | undefined): string | undefined =>
  path === undefined ? undefined : join(folder, path);

const nameOf = ({ folder, manifest }: Artifact, part: string | null): string =>
  `${folder}\0${manifest.content}\0${part ?? ''}`;
