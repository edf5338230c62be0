/** What a live view knows of a run: the events so far, folded into one value. */
import type { RunEvent } from '../../run/event.ts';
import type { StageProgress } from '../../stage.ts';

export interface RunState {
  readonly startedAt: number;
  /** Nodes of the run. */
  readonly total: number;
  /** Nodes that have come to an end of any kind. */
  readonly ended: number;
  readonly failed: number;
  /** Nodes whose artifact was there. */
  readonly unchanged: number;
  readonly running: readonly RunningNode[];
}

export interface RunningNode {
  readonly name: string;
  readonly startedAt: number;
  readonly waiting: boolean;
  readonly progress: StageProgress | undefined;
}

export const nothingYet: RunState = {
  startedAt: 0,
  total: 0,
  ended: 0,
  failed: 0,
  unchanged: 0,
  running: [],
};

export function applyEvent(state: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'run-started':
      return { ...nothingYet, startedAt: event.at, total: event.plan.total };
    case 'node-started':
    case 'node-waiting': {
      const waiting = event.kind === 'node-waiting';
      const node = { name: event.node, startedAt: event.at, waiting, progress: undefined };
      return { ...state, running: [...without(state.running, event.node), node] };
    }
    case 'node-progress':
      return {
        ...state,
        running: state.running.map((node) =>
          node.name === event.node ? { ...node, progress: event.progress } : node,
        ),
      };
    case 'node-hit':
      return {
        ...state,
        ended: state.ended + 1,
        unchanged: state.unchanged + 1,
        running: without(state.running, event.node),
      };
    case 'node-finished':
    case 'node-skipped':
      return { ...state, ended: state.ended + 1, running: without(state.running, event.node) };
    case 'node-failed':
      return {
        ...state,
        ended: state.ended + 1,
        failed: state.failed + 1,
        running: without(state.running, event.node),
      };
    case 'node-log':
    case 'node-damaged':
    case 'node-undeclared':
    case 'node-retried':
    case 'run-finished':
      return state;
  }
}

function without(running: readonly RunningNode[], name: string): readonly RunningNode[] {
  return running.filter((node) => node.name !== name);
}
