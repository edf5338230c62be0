/** Starts each node as soon as its inputs are there, and settles what becomes of every one of them. */
import type { Digest, Graph, Node } from '../graph/node.ts';
import { inputNodes } from '../graph/parts-taken.ts';
import { openMoves } from '../store/moves.ts';
import type { Artifact } from '../store/store.ts';
import { openBreath } from './breath.ts';
import type { ExecuteOptions } from './execute-options.ts';
import { openFacts } from './facts.ts';
import { faultOfFailure, filesUndeclared, NodeFault } from './fault.ts';
import { openProbes } from './probes.ts';
import { openPool, type PoolSize } from './resources.ts';
import {
  InputLost,
  NotStarted,
  type NodeArtifact,
  type RunContext,
  type UntoldEvent,
} from './run-context.ts';
import { factOf, type Surveyed } from './survey.ts';
import { openVerifiedArtifacts } from './verified-artifacts.ts';

export type NodeOutcome =
  | ({ readonly kind: 'done' } & NodeArtifact)
  | { readonly kind: 'failed'; readonly fault: NodeFault }
  /** `because` is the node that failed; null for an interruption. */
  | { readonly kind: 'skipped'; readonly because: string | null };

/** The outcome of every node. Rejects, when all processes have ended, for an error that nobody foresaw. */
export async function carryOut(
  graph: Graph,
  surveyed: readonly Surveyed[],
  options: ExecuteOptions,
): Promise<ReadonlyMap<Digest, NodeOutcome>> {
  const outcomes = new Map<Digest, NodeOutcome>();
  const mishap = new AbortController();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, mishap.signal, stop.signal]);
  const onFailure = (): void => {
    if (options.failFast === true) stop.abort();
  };
  const state: ScheduleState = { outcomes, firstFailure: null, stop: stop.signal, onFailure };
  const run = runContext(graph, surveyed, { ...options, signal }, state);

  const breathe = openBreath();
  // What is known already is told first: hits, and what cannot run for want of an input.
  for (const one of surveyed) {
    await breathe();
    settleKnown(one, run, state);
  }
  const settled = new Map<Digest, Promise<void>>();
  const settle = async (node: Node): Promise<void> => {
    if (outcomes.has(node.recipe)) return;
    await Promise.all(inputNodes(node).map((recipe) => settled.get(recipe) as Promise<void>));
    const withdraw = run.pool.expect({ resources: node.resources, order: run.orderOf(node) });
    try {
      await breathe();
      outcomes.set(node.recipe, await outcomeOf(node, run, state, options));
    } finally {
      withdraw();
    }
  };
  for (const node of graph.nodes) {
    const one = settle(node);
    one.catch((error: unknown) => mishap.abort(error));
    settled.set(node.recipe, one);
  }
  await Promise.allSettled(settled.values());
  run.moves.close();
  await Promise.all(settled.values());
  return outcomes;
}

/** Loaded here: a run that finds everything done never needs it. */
async function workOn(node: Node, run: RunContext): Promise<NodeArtifact> {
  const work = await import('./node-work.ts');
  return work.workOn(node, run);
}

interface ScheduleState {
  readonly outcomes: Map<Digest, NodeOutcome>;
  /** The name of the first node that failed. */
  firstFailure: string | null;
  /** Aborted when a failure ends all that runs. */
  readonly stop: AbortSignal;
  readonly onFailure: () => void;
}

function settleKnown(one: Surveyed, run: RunContext, state: ScheduleState): void {
  if (one.kind === 'failed') fail(one.node, faultOfFailure(one.failure, 'input-unusable'), 0, run, state);
  if (one.kind !== 'decided' || one.hit === null) return;
  const { artifact, key } = one.hit;
  const { undeclared } = artifact.manifest;
  if (run.strict && undeclared !== undefined) {
    fail(one.node, filesUndeclared(one.node, undeclared), 0, run, state);
    return;
  }
  run.store.notes.noteTaken(one.node, key);
  run.tell(one.node, { kind: 'node-hit', key, ...factOf(artifact) });
  state.outcomes.set(one.node.recipe, { kind: 'done', artifact, how: 'hit' });
}

async function outcomeOf(
  node: Node,
  run: RunContext,
  state: ScheduleState,
  { keepGoing }: ExecuteOptions,
): Promise<NodeOutcome> {
  const skip = (
    reason: 'input-failed' | 'stopped-after-failure' | 'interrupted',
    because: string | null,
  ): NodeOutcome => {
    run.tell(node, { kind: 'node-skipped', reason, because });
    return { kind: 'skipped', because };
  };
  const lost = inputNodes(node)
    .map((recipe) => ({ name: run.facts.nodeOf(recipe).name, outcome: state.outcomes.get(recipe) }))
    .find(({ outcome }) => outcome?.kind !== 'done');
  const skipEnded = (): NodeOutcome =>
    run.signal.aborted && !state.stop.aborted
      ? skip('interrupted', null)
      : skip('stopped-after-failure', state.firstFailure);
  if (run.signal.aborted) return skipEnded();
  if (lost?.outcome?.kind === 'skipped') return skip('input-failed', lost.outcome.because);
  if (lost !== undefined) return skip('input-failed', lost.name);
  if (state.firstFailure !== null && !keepGoing) return skip('stopped-after-failure', state.firstFailure);

  const startedAt = Date.now();
  try {
    return { kind: 'done', ...(await workOn(node, run)) };
  } catch (error) {
    const isOfSignal = run.signal.aborted && error === run.signal.reason;
    if (isOfSignal || error instanceof NotStarted) return skipEnded();
    if (error instanceof InputLost) return skip('input-failed', error.because);
    if (!(error instanceof NodeFault)) throw error;
    if (error.reason === 'interrupted' && state.stop.aborted) return skipEnded();
    return fail(node, error, (Date.now() - startedAt) / 1000, run, state);
  }
}

function fail(
  node: Node,
  fault: NodeFault,
  seconds: number,
  run: RunContext,
  state: ScheduleState,
): NodeOutcome {
  const { reason, failure, log } = fault;
  const outcome: NodeOutcome = { kind: 'failed', fault };
  state.firstFailure ??= node.name;
  state.outcomes.set(node.recipe, outcome);
  run.tell(node, { kind: 'node-failed', reason, failure, log, seconds });
  state.onFailure();
  return outcome;
}

function runContext(
  graph: Graph,
  surveyed: readonly Surveyed[],
  options: ExecuteOptions,
  state: ScheduleState,
): RunContext {
  const { root, store, cpus, jobs, resources, keepGoing, signal, onEvent } = options;
  const { strict = false, tracer } = options;
  const order = new Map(graph.nodes.map(({ recipe }, index) => [recipe, index]));
  const poolSize: PoolSize = { cpus, jobs, ...(resources === undefined ? {} : { named: resources }) };
  const decisions = new Map(
    surveyed.flatMap((one) => (one.kind === 'decided' ? [[one.node.recipe, one.decision]] : [])),
  );
  const healing = new Map<Digest, Promise<void>>();
  const tell = (node: Node, event: UntoldEvent): void =>
    onEvent({ ...event, at: Date.now(), node: node.name, recipe: node.recipe });

  const run: RunContext = {
    root,
    store,
    facts: openFacts(graph, { root, store, signal, remember: false }),
    probes: openProbes(root),
    pool: openPool(poolSize),
    poolSize,
    signal,
    strict,
    tracer,
    underway: new Map(),
    verified: openVerifiedArtifacts(store, signal),
    moves: openMoves(),
    tell,
    artifactOf(recipe): Artifact {
      const outcome = state.outcomes.get(recipe);
      if (outcome?.kind !== 'done') throw new Error(`the artifact of ${recipe} is not there yet`);
      return outcome.artifact;
    },
    heal(node) {
      const underway = healing.get(node.recipe) ?? heal(node).finally(() => healing.delete(node.recipe));
      healing.set(node.recipe, underway);
      return underway;
    },
    plannedReason(node, key) {
      const decision = decisions.get(node.recipe);
      return decision?.kind === 'run' && decision.key === key ? decision.reason : undefined;
    },
    isStopped: () => state.firstFailure !== null && !keepGoing,
    orderOf: (node) => order.get(node.recipe) ?? 0,
  };
  const heal = async (node: Node): Promise<void> => {
    const startedAt = Date.now();
    try {
      state.outcomes.set(node.recipe, { kind: 'done', ...(await workOn(node, run)) });
    } catch (error) {
      if (!(error instanceof NodeFault)) throw error;
      fail(node, error, (Date.now() - startedAt) / 1000, run, state);
      throw new InputLost(node.name);
    }
  };
  return run;
}
