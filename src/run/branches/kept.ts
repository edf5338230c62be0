/**
 * Which artifacts the branches and other work trees of the repository refer to. Their code does not run here, so their keys are not
 * known. Known are the recipes of their configurations, and the sources that each artifact was made from: of the artifacts of
 * a recipe those are kept whose sources are the branch's, and all of them where none is, or where its sources are not in git.
 */
import type { Digest, Graph } from '../../graph/node.ts';
import type { KeyParts } from '../../graph/key.ts';
import { recordedKeys } from '../../store/recorded.ts';
import type { Artifact, Store } from '../../store/store.ts';
import type { Repository } from './repository.ts';
import {
  branchSnapshots,
  committedSources,
  sourcesOnDisk,
  workTreeSnapshots,
  type Snapshot,
  type SourceDigests,
} from './snapshots.ts';
import { branchUnreadable } from './unreadable.ts';
import { knownWanted, type KnownWanted, type Wanted } from './wanted.ts';

export interface KeptByBranches {
  has(artifact: Artifact): boolean;
}

/** `graphsIn` expands all that the files in a folder ask for. Throws a `FailureError`: `BRANCH_UNREADABLE`, `GIT_UNREADABLE`. */
export async function keptByBranches(
  repository: Repository,
  store: Store,
  graphsIn: (folder: string) => Promise<readonly Graph[]>,
): Promise<KeptByBranches> {
  const branches = await branchSnapshots(repository);
  const workTrees = workTreeSnapshots(repository);
  const known = knownWanted(store.layout.branches);
  const wanted = await wantedBy([...branches, ...workTrees], known, graphsIn);
  const wantedOf = ({ configuration }: Snapshot): Wanted => wanted.get(configuration) as Wanted;

  const recipes = new Set([...wanted.values()].flatMap((each) => [...each.recipes]));
  const candidates = await candidatesOf(recipes, store);
  const rivals = [...candidates.values()].filter((artifacts) => artifacts.length > 1).flat();
  const paths = [...new Set(rivals.flatMap((artifact) => Object.keys(sourcesOf(artifact))))].toSorted();
  const committed = await committedSources(
    repository,
    branches.map(({ branch }) => branch),
    paths,
  );

  const kept = new Set<string>();
  const keep = (snapshot: Snapshot, sources: SourceDigests): void => {
    for (const recipe of wantedOf(snapshot).recipes) {
      const artifacts = candidates.get(recipe) ?? [];
      const own = artifacts.filter((artifact) => isMadeFrom(artifact, sources));
      for (const { folder } of own.length > 0 ? own : artifacts) kept.add(folder);
    }
  };
  for (const snapshot of branches) keep(snapshot, committed.get(snapshot.branch.commit) ?? new Map());
  for (const workTree of workTrees) keep(workTree, sourcesOnDisk(workTree.root, paths));
  const recorded = new Set([...wanted.values()].flatMap((each) => [...each.recorded]));
  return { has: ({ folder, manifest }) => kept.has(folder) || recorded.has(manifest.key.slice(0, 16)) };
}

/** By configuration: those that are equal are read once, and those of commits once for all. */
async function wantedBy(
  snapshots: readonly Snapshot[],
  known: KnownWanted,
  graphsIn: (folder: string) => Promise<readonly Graph[]>,
): Promise<ReadonlyMap<string, Wanted>> {
  const wanted = new Map<string, Wanted>();
  for (const snapshot of snapshots) {
    const { name, configuration, isCommitted } = snapshot;
    if (wanted.has(configuration)) continue;
    const remembered = isCommitted ? known.recall(configuration) : undefined;
    const found =
      remembered ??
      (await snapshot.withConfiguration((folder) => wantedIn(folder, graphsIn)).catch(blaming(name)));
    if (isCommitted && remembered === undefined) known.keep(configuration, found);
    wanted.set(configuration, found);
  }
  return wanted;
}

async function wantedIn(
  folder: string,
  graphsIn: (folder: string) => Promise<readonly Graph[]>,
): Promise<Wanted> {
  const graphs = await graphsIn(folder);
  return {
    recipes: new Set(graphs.flatMap(({ nodes }) => nodes.map(({ recipe }) => recipe))),
    recorded: new Set(recordedKeys(folder).keys()),
  };
}

const blaming =
  (name: string) =>
  (error: unknown): never => {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw branchUnreadable(name, first);
  };

/** The artifacts that nodes of these recipes made, or ever took. */
async function candidatesOf(
  recipes: ReadonlySet<Digest>,
  store: Store,
): Promise<ReadonlyMap<Digest, readonly Artifact[]>> {
  const byKey = new Map<Digest, Artifact[]>();
  const candidates = new Map<Digest, Set<Artifact>>([...recipes].map((recipe) => [recipe, new Set()]));
  for await (const artifact of store.artifacts()) {
    const { key, recipe } = artifact.manifest;
    byKey.set(key, [...(byKey.get(key) ?? []), artifact]);
    candidates.get(recipe)?.add(artifact);
  }
  for (const [recipe, artifacts] of candidates)
    for (const key of store.notes.keysOfNode(recipe))
      for (const artifact of byKey.get(key) ?? []) artifacts.add(artifact);
  return new Map([...candidates].map(([recipe, artifacts]) => [recipe, [...artifacts]]));
}

/** Scripts of commands and modules of ours, by path. What has no path in git says nothing of it. */
function sourcesOf({ manifest }: Artifact): Readonly<Record<string, string>> {
  const { code }: KeyParts = manifest.parts;
  if (code.kind === 'module') return code.sources;
  return Object.fromEntries(
    code.files.flatMap(({ reference, digest }) => (digest === null ? [] : [[reference, digest]])),
  );
}

const isMadeFrom = (artifact: Artifact, sources: SourceDigests): boolean =>
  Object.entries(sourcesOf(artifact)).every(([path, digest]) => sources.get(path)?.includes(digest) ?? true);
