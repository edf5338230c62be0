/** What nodes were when they last gave or took an artifact, compared with what they are now. */
import { resolve } from 'node:path';

import { changedSources, differences, fileChanges } from '../graph/difference.ts';
import type { KeyChange, KeyParts, OwnParts, SourcePart } from '../graph/key.ts';
import type { Node } from '../graph/node.ts';
import type { Previous } from '../graph/plan.ts';
import { folderChange, listingOf, listingOfPart, type PlacedDigest } from '../store/evidence.ts';
import type { Listing, ListingChange } from '../store/listing.ts';
import type { Artifact, Store } from '../store/store.ts';

export interface Past {
  /** The last artifact of this very node, or of what had its name before its recipe changed. */
  lastOf(node: Pick<Node, 'recipe' | 'name'>): Promise<Artifact | undefined>;
  /** How it differs from that, or else from the last artifact of its stage; null where there is none. */
  previous(node: Node, parts: OwnParts & Partial<KeyParts>): Promise<Previous | null>;
}

interface Project {
  readonly root: string;
  readonly store: Store;
}

export function openPast(project: Project): Past {
  const { store } = project;
  const lastOf: Past['lastOf'] = async (node) => {
    const last = await store.lastOfNode(node);
    if (last !== undefined) return last;
    const named = store.notes.ofName(node.name);
    return named === undefined ? undefined : store.read(named.stage, named.key);
  };
  return {
    lastOf,
    async previous(node, parts) {
      const own = await lastOf(node);
      const last = own ?? (await store.lastOfStage(node.stage));
      if (last === undefined) return null;
      const { parts: before, name } = last.manifest;
      const changes = withFiles(differences(before, parts), before, parts, project);
      return { changes, ...(own === undefined ? { against: name } : {}) };
    },
  };
}

/** Says of each input that is another which of its files are, as far as that is still known. */
function withFiles(
  changes: readonly KeyChange[],
  before: KeyParts,
  after: Partial<KeyParts>,
  project: Project,
): readonly KeyChange[] {
  const sources = new Map(
    changedSources(before.inputs, after.inputs ?? []).map((source) => [source.name, source]),
  );
  return changes.map((change) => {
    const source = change.part === 'input' ? sources.get(change.name) : undefined;
    if (source === undefined) return change;
    const outside = changeOutside(source.before, source.after, project);
    if (outside !== undefined)
      return { ...change, files: fileChanges(outside.before, outside.after, outside.total) };
    const [earlier, now] = [source.before, source.after].map((part) => listing(part, project));
    const isFolder = earlier !== undefined && now !== undefined && !earlier.has('') && !now.has('');
    return isFolder ? { ...change, files: fileChanges(earlier, now) } : change;
  });
}

/** Where both are folders outside the store. */
function changeOutside(
  before: SourcePart,
  after: SourcePart,
  { root, store }: Project,
): ListingChange | undefined {
  if (before.artifact !== undefined || after.artifact !== undefined) return undefined;
  return folderChange(store.layout, placed(before, root), placed(after, root));
}

function listing(part: SourcePart, { root, store }: Project): Listing | undefined {
  const { origin, artifact } = part;
  if (artifact === undefined) return listingOf(store.layout, placed(part, root));
  const slash = origin.indexOf('/');
  const [stage, within] = slash === -1 ? [origin, null] : [origin.slice(0, slash), origin.slice(slash + 1)];
  const found = store.read(stage, artifact);
  return found === undefined ? undefined : listingOfPart(found.manifest, within);
}

const placed = ({ origin, list, digest }: SourcePart, root: string): PlacedDigest => ({
  path: resolve(root, origin),
  list,
  digest,
});
