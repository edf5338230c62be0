/** What is kept of a run after which everything is done: see `settled.ts`. */
import { join, resolve } from 'node:path';

import type { KeyParts } from '../graph/key.ts';
import type { Digest, Graph } from '../graph/node.ts';
import type { UndeclaredImport } from '../graph/plan.ts';
import type { LookTaker } from '../store/looks.ts';
import type { Artifact, Store } from '../store/store.ts';
import { openCodeIndex } from './code/code-index.ts';
import { digestOfVariable } from './declared-environment.ts';
import type { NodeFinished, NodeHit } from './event.ts';
import { findCurrent } from './find-current.ts';
import { askAll } from './probes.ts';
import type { SettledRun, SettledTree } from './settled.ts';
import { factOf } from './survey.ts';

/** A tree with more files is better looked at beside its index. */
const mostFiles = 256;

/**
 * `ends` tells of every node of a run that it was taken or made. Adds the looks of all that the nodes depend on. Undefined
 * where anything of it has gone or changed meanwhile.
 */
export async function settledRun(
  graph: Graph,
  ends: readonly (NodeHit | NodeFinished)[],
  looks: LookTaker,
  { root, store, cpus }: { readonly root: string; readonly store: Store; readonly cpus: number },
): Promise<SettledRun | undefined> {
  const trees: SettledTree[] = [];
  const imported: UndeclaredImport[] = [];
  const used = new Map<string, Digest>();
  const hits: NodeHit[] = [];
  const byRecipe = new Map(ends.map((end) => [end.recipe, end]));
  for (const { recipe, stage } of graph.nodes) {
    const end = byRecipe.get(recipe);
    const found = end === undefined ? undefined : await findCurrent(stage, end.key, { root, store });
    if (end === undefined || found?.kind !== 'found') return undefined;
    hits.push(hitOf(end, found.artifact));
    const { folder, manifest } = found.artifact;
    imported.push(...(manifest.imported ?? []));
    // Nobody but the runner writes there: no matter how young they are.
    const own = looks.ofAnyAge();
    own.take(join(folder, '../manifest.json'));
    const taken = own.takeTree(folder, mostFiles);
    if (taken === 'absent') return undefined;
    if (taken === 'left') trees.push({ path: folder, kind: 'artifact', digest: manifest.content });
    for (const [path, digest] of pathsIn(manifest.parts)) used.set(resolve(root, path), digest);
  }
  const scripts = new Set(scriptsOf(graph).map((path) => resolve(root, path)));
  for (const path of pathsOf(graph, root)) {
    const taken = looks.takeTree(path, mostFiles);
    if (taken === 'taken') continue;
    // The digest that artifacts were made from: what it is by now may be another.
    const digest = used.get(path);
    // A digest tells nothing of which scripts may be executed.
    if (taken === 'absent' || digest === undefined || scripts.has(path)) return undefined;
    trees.push({ path, kind: 'input', digest });
  }
  const isCodeAsFound = await takeCode(graph, imported, looks, { root, store });
  if (!isCodeAsFound) return undefined;
  const names = new Set(graph.nodes.flatMap(({ environment }) => environment));
  const environment = [...names].map((name) => [name, digestOfVariable(name)] as const);
  const probes = await askAll(root, graph);
  return looks.isSettled() ? { cpus, hits, environment, probes, trees } : undefined;
}

/** Takes every place that code was found in or looked for. False where something there has changed. */
async function takeCode(
  { nodes }: Graph,
  imported: readonly UndeclaredImport[],
  looks: LookTaker,
  { root, store }: { readonly root: string; readonly store: Store },
): Promise<boolean> {
  const codeIndex = openCodeIndex({ root, store });
  const modules = nodes.flatMap(({ action }) => (action.kind === 'module' ? [action.module] : []));
  const found = new Set<string>();
  const areAsFound = (): boolean =>
    [...new Set(modules)].every((module) => {
      const places = codeIndex.placesOf(module);
      for (const path of places ?? []) found.add(path);
      return places !== undefined;
    });
  if (!areAsFound()) return false;
  if (imported.length === 0) {
    for (const path of found) looks.takePlace(path);
    return areAsFound();
  }
  const { changedImport, placesOfImports } = await import('./code/undeclared-imports.ts');
  for (const path of [...found, ...placesOfImports(root, imported)]) looks.takePlace(path);
  // What changed between the finding and the look shows when it is found once more.
  return areAsFound() && changedImport(root, imported) === undefined;
}

/** What an artifact was made from outside the store, with the digests it had. */
function pathsIn({ code, inputs }: KeyParts): readonly (readonly [path: string, digest: Digest])[] {
  const scripts = code.kind === 'command' ? code.files : [];
  return [
    ...scripts.flatMap(({ reference, digest }) => (digest === null ? [] : [[reference, digest] as const])),
    ...inputs.flatMap(({ sources }) =>
      sources.flatMap(({ origin, artifact, digest }) =>
        artifact === undefined ? [[origin, digest] as const] : [],
      ),
    ),
  ];
}

/** As the next run will tell it. */
function hitOf({ at, node, recipe, key }: NodeHit | NodeFinished, artifact: Artifact): NodeHit {
  return { kind: 'node-hit', at, node, recipe, key, ...factOf(artifact) };
}

/** Of the inputs outside the store and of the scripts that commands name, each once. */
function pathsOf(graph: Graph, root: string): ReadonlySet<string> {
  const sources = graph.nodes.flatMap(({ inputs }) => inputs.flatMap((input) => input.sources));
  const inputs = sources.flatMap((source) => (source.kind === 'path' ? [source.path] : []));
  return new Set([...scriptsOf(graph), ...inputs].map((path) => resolve(root, path)));
}

const scriptsOf = ({ nodes }: Graph): readonly string[] =>
  nodes.flatMap(({ action }) => (action.kind === 'command' ? action.files : []));
