/** A run as plain lines without times of day, for files and pipes: starts, ends and now and then progress. */
import { counted } from '../../counted.ts';
import { describeFailure } from '../../failure.ts';
import type { NodeFailed, NodeProgress, RunEvent } from '../../run/event.ts';
import { terminalLine, terminalText } from '../text/terminal.ts';
import type { Reporter } from './reporter.ts';
import {
  duration,
  metricInShort,
  newcomersInShort,
  planCounts,
  reasonInShort,
  straysInShort,
  summary,
} from './words.ts';

const secondsBetween = 10;
const shareBetween = 0.25;
const mostLogLines = 20;
/** Nodes of a stage that are told of one by one. */
const mostAlone = 24;

interface Crowd {
  readonly total: number;
  done: number;
  toldAt: number;
  startedAt: number | undefined;
}

const stageOf = (node: string): string => node.split('[', 1)[0] as string;

export function linesReporter(write: (text: string) => void): Reporter {
  const lines = new RunLines();
  let last: readonly string[] = [];
  return {
    onEvent(event) {
      const text = lines.of(event);
      if (event.kind === 'run-finished') last = text;
      else for (const line of text) write(`${line}\n`);
    },
    close() {
      for (const line of last) write(`${line}\n`);
    },
  };
}

/** What each event adds to the lines; it remembers what it has told of the progress of each node. */
export class RunLines {
  readonly #told = new Map<string, { at: number; share: number }>();
  readonly #logs = new Map<string, string[]>();
  /** Stages of so many nodes that they are told of together. */
  readonly #crowds = new Map<string, Crowd>();

  of(event: RunEvent): readonly string[] {
    return this.#linesOf(event).map(terminalLine);
  }

  #linesOf(event: RunEvent): readonly string[] {
    switch (event.kind) {
      case 'run-started':
        for (const [stage, total] of Object.entries(event.stages ?? {}))
          if (total > mostAlone) this.#crowds.set(stage, { total, done: 0, toldAt: 0, startedAt: undefined });
        return event.plan.total === 0 ? [] : [planCounts(event.plan)];
      case 'node-started':
        if (this.#crowdOf(event.node) !== undefined) return this.#begin(event);
        this.#told.set(event.recipe, { at: event.at, share: 0 });
        return [`${event.resumed ? 'resume' : 'start '}  ${event.node}  (${reasonInShort(event.reason)})`];
      case 'node-progress':
        return this.#progress(event);
      case 'node-log': {
        const log = this.#logs.get(event.recipe) ?? [];
        this.#logs.set(event.recipe, [...log, event.line].slice(-mostLogLines));
        return [];
      }
      case 'node-finished':
        return this.#ended(event);
      case 'node-failed':
        return this.#ended(event);
      case 'node-hit': {
        const { accepted, undeclared, node } = event;
        return [
          ...this.#advance(event),
          ...(accepted === undefined ? [] : [`taken   ${node}  accepted by ${accepted.by}: ${accepted.why}`]),
          ...(undeclared === undefined
            ? []
            : straysInShort(undeclared).map((text) => `taken   ${node}  it ${text}`)),
        ];
      }
      case 'node-waiting':
        return [
          `wait    ${event.node}  another run (process ${event.holder.pid} on ${event.holder.host}) is at it`,
        ];
      case 'node-skipped':
        // After an interruption the summary's count says enough.
        return event.reason === 'interrupted'
          ? []
          : [`skip    ${event.node}  ${skipReason(event.reason, event.because)}`];
      case 'node-damaged':
        return [
          `damage  ${event.node}  ${event.path} is not as it was written (changed, added or missing); it runs again`,
        ];
      case 'node-undeclared':
        return undeclaredInShort(event).map((text) => `stray   ${event.node}  ${text}`);
      case 'node-retried':
        return [
          `again   ${event.node}  attempt ${event.attempt} of ${event.attempts} failed: ${describeFailure(event.failure)}`,
        ];
      case 'run-finished':
        return [summary(event)];
    }
  }

  /** The lines that stay of a node that has ended. */
  #ended(event: Extract<RunEvent, { kind: 'node-finished' | 'node-failed' }>): readonly string[] {
    const log = this.#logs.get(event.recipe) ?? [];
    this.#logs.delete(event.recipe);
    this.#told.delete(event.recipe);
    if (event.kind === 'node-failed') return failedLines(event, log);
    if (this.#crowdOf(event.node) !== undefined) return this.#advance(event);
    const metrics = event.metrics.slice(0, 3).map(metricInShort);
    const facts = [event.adopted ? 'kept from an earlier run' : duration(event.seconds), ...metrics];
    return [`done    ${event.node}  ${facts.join(', ')}`];
  }

  #crowdOf(node: string): Crowd | undefined {
    return this.#crowds.size === 0 ? undefined : this.#crowds.get(stageOf(node));
  }

  #begin({ node, at, reason }: Extract<RunEvent, { kind: 'node-started' }>): readonly string[] {
    const crowd = this.#crowdOf(node) as Crowd;
    if (crowd.startedAt !== undefined) return [];
    crowd.startedAt = at;
    crowd.toldAt = at;
    return [`start   ${stageOf(node)}  ${counted(crowd.total, 'node')}, the first: ${reasonInShort(reason)}`];
  }

  /** One more has come to its end; told now and then, and of the last. */
  #advance({ node, at }: { readonly node: string; readonly at: number }): readonly string[] {
    const crowd = this.#crowdOf(node);
    if (crowd?.startedAt === undefined) return [];
    crowd.done += 1;
    const { done, total, startedAt, toldAt } = crowd;
    if (done < total && at - toldAt < secondsBetween * 1000) return [];
    crowd.toldAt = at;
    const seconds = (at - startedAt) / 1000;
    const left = done < total ? `, ${duration((seconds / done) * (total - done))} left` : '';
    return [`done    ${stageOf(node)}  ${done} of ${total}, ${duration(seconds)}${left}`];
  }

  #progress({ node, recipe, at, progress: { done, total, unit, note } }: NodeProgress): readonly string[] {
    const told = this.#told.get(recipe) ?? { at, share: 0 };
    const share = total > 0 ? done / total : 0;
    if (this.#crowdOf(node) !== undefined) return [];
    if (at - told.at < secondsBetween * 1000 && share - told.share < shareBetween) return [];
    this.#told.set(recipe, { at, share });
    const percent = String(Math.floor(share * 100)).padStart(3);
    return [`${percent} %   ${node}  ${done}/${total} ${unit}${note === undefined ? '' : `, ${note}`}`];
  }
}

export const undeclaredInShort = ({
  accesses,
  appeared,
}: Extract<RunEvent, { kind: 'node-undeclared' }>): readonly string[] => [
  ...straysInShort(accesses),
  ...newcomersInShort(appeared),
];

function failedLines(
  { node, seconds, reason, failure, log }: NodeFailed,
  tail: readonly string[],
): readonly string[] {
  if (reason === 'interrupted')
    return [`stopped ${node}  ${duration(seconds)}, what it has done so far is kept`];
  return [
    `FAILED  ${node}  ${duration(seconds)}  ${describeFailure(failure)}`,
    ...tail.map((line) => `        | ${terminalText(line)}`),
    ...(log === null ? [] : [`        log: ${log}`]),
  ];
}

function skipReason(reason: 'input-failed' | 'stopped-after-failure', because: string | null): string {
  return reason === 'input-failed'
    ? `needs ${because ?? 'what failed'}`
    : `stopped after ${because ?? 'a failure'} failed`;
}
