/** Where a project stands: what of each stage is done, who is at work, and how the last run ended. */
import type { Plan, PlanCounts, PlannedNode } from '../../graph/plan.ts';
import { planOf } from '../../graph/plan.ts';
import type { LastRun } from '../../run/last-run.ts';
import type { Holder } from '../../store/lock.ts';
import { decisionInShort } from './plan.ts';
import { planCounts, summary } from './words.ts';

export interface Status {
  readonly stages: readonly StageStatus[];
  readonly counts: PlanCounts;
  readonly running: readonly Holder[];
  readonly last: LastRun | undefined;
}

interface StageStatus {
  readonly stage: string;
  readonly counts: PlanCounts;
  /** Of its first node that is to run. */
  readonly reason: string | null;
}

export function statusOf(
  plan: Plan,
  running: readonly Holder[],
  last: LastRun | undefined,
  asked = '',
): Status {
  const byStage = new Map<string, PlannedNode[]>();
  for (const planned of plan.nodes) {
    const { stage } = planned.node;
    byStage.set(stage, [...(byStage.get(stage) ?? []), planned]);
  }
  const stages = [...byStage].map(([stage, nodes]) => {
    const first = nodes.find(({ decision }) => decision.kind !== 'hit');
    return {
      stage,
      counts: planOf(nodes).counts,
      reason: first === undefined ? null : decisionInShort(first, asked),
    };
  });
  return { stages, counts: plan.counts, running, last };
}

export function statusLines({ stages, counts, running, last }: Status): readonly string[] {
  const width = Math.max(0, ...stages.map(({ stage }) => stage.length));
  return [
    ...stages.map((stage) => `${stage.stage.padEnd(width)}  ${stateInShort(stage)}`),
    '',
    planCounts(counts),
    ...running.map(
      ({ pid, host, since }) => `a run is going on: process ${pid} on ${host}, since ${timeOf(since)}`,
    ),
    ...(last === undefined || (last.end === null && running.length > 0) ? [] : [lastInShort(last)]),
  ];
}

function stateInShort({ counts: { total, hit }, reason }: StageStatus): string {
  if (hit === total) return total === 1 ? 'unchanged' : `${total} unchanged`;
  return total === 1 ? (reason ?? '') : `${hit} of ${total} unchanged; ${reason}`;
}

function lastInShort({ startedAt, end, failed }: LastRun): string {
  const how = end === null ? 'did not come to its end' : summary(end);
  return `the last run, ${timeOf(startedAt)}: ${how}${failed.length > 0 ? ` (${failed.slice(0, 3).join(', ')})` : ''}`;
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19) + 'Z';
