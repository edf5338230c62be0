/** The artifact of some work, where it is whole and what its stage loaded beside its code is as it was. */
import type { Digest } from '../graph/node.ts';
import type { FactOfArtifact } from '../graph/plan.ts';
import type { Artifact, Store } from '../store/store.ts';

export type FoundArtifact =
  { readonly kind: 'found'; readonly artifact: Artifact } | Exclude<FactOfArtifact, { kind: 'found' }>;

export async function findCurrent(
  stage: string,
  key: Digest,
  { root, store }: { readonly root: string; readonly store: Store },
): Promise<FoundArtifact> {
  const lookup = await store.find(stage, key);
  const imported = lookup.kind === 'found' ? lookup.artifact.manifest.imported : undefined;
  if (imported === undefined) return lookup;
  // Loaded here: hardly any artifact has such.
  const { changedImport } = await import('./code/undeclared-imports.ts');
  const path = changedImport(root, imported);
  return path === undefined ? lookup : { kind: 'outdated', path };
}
