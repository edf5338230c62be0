/** Looks at every node before anything runs: what is known of it, and so what will happen to it. */
import type { Failure } from '../failure.ts';
import { FailureError } from '../failure.ts';
import { keyOf, workOf, type KeyParts, type OwnParts } from '../graph/key.ts';
import type { Digest, Graph, Node } from '../graph/node.ts';
import { inputNodes } from '../graph/parts-taken.ts';
import {
  decide,
  type Acceptance,
  type FileAccess,
  type NodeFacts,
  type PlannedNode,
  type SameWork,
} from '../graph/plan.ts';
import type { Artifact, Store } from '../store/store.ts';
import type { Facts } from './facts.ts';

export type Surveyed =
  | ({ readonly kind: 'decided'; readonly hit: Hit | null } & PlannedNode)
  /** It cannot run: its code or an input is not there. */
  | { readonly kind: 'failed'; readonly node: Node; readonly failure: Failure }
  /** It stands below one that cannot. */
  | { readonly kind: 'blocked'; readonly node: Node };

interface Hit {
  readonly key: Digest;
  readonly artifact: Artifact;
}

/** In the order of the graph. `sameWork` looks for artifacts of other stages; without it none is named. */
export async function survey(
  graph: Graph,
  facts: Facts,
  store: Store,
  sameWork: SurveyState['sameWork'] = () => undefined,
): Promise<readonly Surveyed[]> {
  const state: SurveyState = { done: new Map(), work: new Map(), keys: new Map(), sameWork };
  const surveyed: Surveyed[] = [];
  for (const node of graph.nodes) {
    const one = await surveyNode(node, facts, store, state);
    state.done.set(node.recipe, one);
    surveyed.push(one);
  }
  return surveyed;
}

interface SurveyState {
  readonly done: Map<Digest, Surveyed>;
  /** Stage and work of the nodes that will or may run, with the name of the first. */
  readonly work: Map<string, string>;
  /** Stage and key of the nodes that will run, with their names. */
  readonly keys: Map<string, string>;
  readonly sameWork: (stage: string, key: Digest) => SameWork | undefined;
}

async function surveyNode(node: Node, facts: Facts, store: Store, state: SurveyState): Promise<Surveyed> {
  const inputs = inputNodes(node).map((recipe) => state.done.get(recipe) as Surveyed);
  if (inputs.some(({ kind }) => kind !== 'decided')) return { kind: 'blocked', node };
  const awaiting = inputs.filter((input) => input.kind === 'decided' && input.hit === null);
  try {
    const own = await facts.ownParts(node);
    return awaiting.length > 0
      ? await surveyAwaiting(node, own, awaiting, facts, store, state)
      : await surveyReady(node, own, facts, state);
  } catch (error) {
    if (error instanceof FailureError) return { kind: 'failed', node, failure: error.failure };
    throw error;
  }
}

async function surveyAwaiting(
  node: Node,
  own: OwnParts,
  awaiting: readonly Surveyed[],
  facts: Facts,
  store: Store,
  { work }: SurveyState,
): Promise<Surveyed> {
  // A path that is not there is found now and not after hours of other work.
  const paths = await facts.inputParts(pathsAlone(node), neverAsked);
  const ownWork = workOf(own);
  const state = keyOf({ ...own, inputs: paths }, ownWork);
  const name = `${node.stage}\0${ownWork}`;
  const like = work.get(name) ?? null;
  if (like === null) work.set(name, node.name);
  const previous = await facts.previous(node, own);
  // Where the note of its work is lost, an artifact that differs in nothing tells as much.
  const mayExist = store.notes.hasWork(node.stage, ownWork) || previous?.changes.length === 0;
  const decision = decide({
    inputs: 'awaited',
    awaiting: awaiting.map((input) => input.node.name),
    mayExist,
    like,
    previous,
  });
  return { kind: 'decided', node, decision, state, hit: null };
}

async function surveyReady(
  node: Node,
  own: OwnParts,
  facts: Facts,
  { done, work, keys, sameWork }: SurveyState,
): Promise<Surveyed> {
  const parts: KeyParts = {
    ...own,
    inputs: await facts.inputParts(node, (recipe) => artifactOf(done, recipe)),
  };
  const ownWork = workOf(own);
  const key = keyOf(parts, ownWork);
  const lookup = await facts.find(node.stage, key);
  const found = lookup.kind === 'found';
  const previous = found ? null : await facts.previous(node, parts);
  const known: NodeFacts = {
    inputs: 'known',
    key,
    artifact: found ? { kind: 'found', ...factOf(lookup.artifact) } : lookup,
    twin: keys.get(`${node.stage}\0${key}`) ?? null,
    same: found ? undefined : sameWork(node.stage, key),
    previous,
    failed: !found && previous === null && facts.hasFailed(node.stage, key),
  };
  if (!found) {
    nameFirst(work, `${node.stage}\0${ownWork}`, node);
    nameFirst(keys, `${node.stage}\0${key}`, node);
  }
  return {
    kind: 'decided',
    node,
    decision: decide(known),
    state: key,
    hit: found ? { key, artifact: lookup.artifact } : null,
  };
}

/** What is told of an artifact that is taken from the store. */
export function factOf({ folder, manifest: { accepted, undeclared } }: Artifact): {
  readonly folder: string;
  readonly accepted?: Acceptance;
  readonly undeclared?: readonly FileAccess[];
} {
  return {
    folder,
    ...(accepted === undefined ? {} : { accepted }),
    ...(undeclared === undefined ? {} : { undeclared }),
  };
}

function nameFirst(names: Map<string, string>, work: string, { name }: Node): void {
  if (!names.has(work)) names.set(work, name);
}

function artifactOf(done: ReadonlyMap<Digest, Surveyed>, recipe: Digest): Artifact {
  const surveyed = done.get(recipe);
  if (surveyed?.kind !== 'decided' || surveyed.hit === null)
    throw new Error(`no artifact of ${recipe} is known`);
  return surveyed.hit.artifact;
}

const pathsAlone = (node: Node): Node => ({
  ...node,
  inputs: node.inputs.map((input) => ({
    ...input,
    sources: input.sources.filter(({ kind, files }) => kind === 'path' && files === undefined),
  })),
});

const neverAsked = (recipe: Digest): Artifact => {
  throw new Error(`${recipe} is not awaited here`);
};
