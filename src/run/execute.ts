/** Carries a graph out: plans, starts what has to run, keeps what comes out. */
import { existsSync } from 'node:fs';

import type { Failure } from '../failure.ts';
import type { Digest, Graph, Node } from '../graph/node.ts';
import { planOf, type Plan, type PlannedNode } from '../graph/plan.ts';
import type { Json } from '../json.ts';
import { enterStore } from '../store/presence.ts';
import type { Artifact } from '../store/store.ts';
import type { NodeFailureReason, RunCounts, RunEvent, RunStatus } from './event.ts';
import type { ExecuteOptions } from './execute-options.ts';
import { openFacts } from './facts.ts';
import { ignoreNewStore } from './ignored-store.ts';
import { openJournal } from './journal.ts';
import { carryOut, type NodeOutcome } from './schedule.ts';
import { survey, type Surveyed } from './survey.ts';

export type { ExecuteOptions } from './execute-options.ts';

export interface RunOutcome {
  readonly run: string;
  readonly status: RunStatus;
  /** In the order of the graph's targets. */
  readonly targets: readonly TargetOutcome[];
  readonly counts: RunCounts;
  readonly failures: readonly NodeFailure[];
  readonly seconds: number;
}

interface TargetOutcome {
  readonly node: string;
  readonly recipe: Digest;
  /** The point of the sweep; empty without one. */
  readonly overrides: Readonly<Record<string, Json>>;
  /** Null where the node failed or was skipped. */
  readonly artifact: Artifact | null;
}

interface NodeFailure {
  readonly node: string;
  readonly recipe: Digest;
  readonly reason: NodeFailureReason;
  readonly failure: Failure;
  readonly log: string | null;
}

/** Does not throw for what a stage, an input or the store does wrong: that is in the outcome. Throws what `onPlan` throws. */
export async function execute(graph: Graph, options: ExecuteOptions): Promise<RunOutcome> {
  const presence = await enterStore(options.store.layout, options.signal);
  try {
    return await surveyAndCarryOut(graph, options);
  } finally {
    presence.release();
  }
}

async function surveyAndCarryOut(graph: Graph, options: ExecuteOptions): Promise<RunOutcome> {
  const { store, cpus, signal } = options;
  const startedAt = Date.now();
  const surveyed = await surveyUnlessInterrupted(graph, options);
  const plan = planOf(surveyed.flatMap(planned));
  options.onPlan?.(plan);
  if (!existsSync(store.layout.runs)) ignoreNewStore(store.layout.folder);
  const journal = openJournal(store.layout.runs);
  const { run } = journal;
  const onEvent = (event: RunEvent): void => {
    journal.write([event]);
    options.onEvent(event);
  };

  try {
    onEvent({
      kind: 'run-started',
      at: Date.now(),
      run,
      plan: plan.counts,
      stages: severalOfAStage(plan),
      cpus,
    });
    if (store.hasUnfinished() || surveyed.some((one) => !isHit(one)))
      await store.sweep().catch(() => undefined);
    const outcomes = await carryOut(graph, surveyed, { ...options, onEvent });
    await store.flush();

    const counts = countsOf(outcomes);
    const failures = graph.nodes.flatMap((node) => failureOf(node, outcomes.get(node.recipe)));
    const status = signal.aborted ? 'interrupted' : failures.length > 0 ? 'failed' : 'ok';
    const seconds = (Date.now() - startedAt) / 1000;
    onEvent({ kind: 'run-finished', at: Date.now(), run, status, counts, seconds });
    return { run, status, targets: targetsOf(graph, outcomes), counts, failures, seconds };
  } finally {
    journal.close();
  }
}

/** Nothing is known of any node where the interruption came before the survey's end. */
async function surveyUnlessInterrupted(graph: Graph, options: ExecuteOptions): Promise<readonly Surveyed[]> {
  try {
    return await survey(graph, openFacts(graph, { ...options, remember: true }), options.store);
  } catch (error) {
    if (options.signal.aborted) return graph.nodes.map((node) => ({ kind: 'blocked', node }));
    throw error;
  }
}

function severalOfAStage({ nodes }: Plan): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { node, decision } of nodes)
    if (decision.kind !== 'hit') counts.set(node.stage, (counts.get(node.stage) ?? 0) + 1);
  return Object.fromEntries([...counts].filter(([, count]) => count > 1));
}

type Outcomes = ReadonlyMap<Digest, NodeOutcome>;

const planned = (one: Surveyed): PlannedNode[] => (one.kind === 'decided' ? [one] : []);

const isHit = (one: Surveyed): boolean => one.kind === 'decided' && one.hit !== null;

function countsOf(outcomes: Outcomes): RunCounts {
  const counts = { hit: 0, ran: 0, failed: 0, skipped: 0 };
  for (const outcome of outcomes.values()) counts[outcome.kind === 'done' ? outcome.how : outcome.kind]++;
  return counts;
}

function failureOf(node: Node, outcome: NodeOutcome | undefined): NodeFailure[] {
  if (outcome?.kind !== 'failed') return [];
  const { reason, failure, log } = outcome.fault;
  return [{ node: node.name, recipe: node.recipe, reason, failure, log }];
}

function targetsOf(graph: Graph, outcomes: Outcomes): TargetOutcome[] {
  const names = new Map(graph.nodes.map(({ recipe, name }) => [recipe, name]));
  return graph.targets.map(({ recipe, overrides }) => {
    const outcome = outcomes.get(recipe);
    return {
      node: names.get(recipe) ?? recipe,
      recipe,
      overrides,
      artifact: outcome?.kind === 'done' ? outcome.artifact : null,
    };
  });
}
