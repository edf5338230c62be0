/** One attempt at a node's work: its stage in a process of its own, within its time-out, on inputs that stay as they are. */
import type { Failure } from '../failure.ts';
import type { Node } from '../graph/node.ts';
import type { FileAccess } from '../graph/plan.ts';
import type { ManifestTimes } from '../store/manifest.ts';
import type { FinishedStage } from '../store/finished.ts';
import type { Workspace } from '../store/workspace.ts';
import type { NodeFailureReason } from './event.ts';
import { faultOf, filesUndeclared, NodeFault } from './fault.ts';
import { marksOfInputs, stageInputs } from './inputs.ts';
import { inputLinked } from './linked-input.ts';
import type { Grant } from './resources.ts';
import type { RunContext } from './run-context.ts';
import { addToLog } from './stage/log.ts';
import { CodeChanged, runStage } from './stage/run-stage.ts';
import { watchFiles, type Strays } from './stage/watching.ts';
import type { WhatIsRead } from './what-is-read.ts';

/** Throws a `NodeFault` with the place of the log. */
export async function tryOnce(
  node: Node,
  read: WhatIsRead,
  { cpus, gpus }: Grant,
  workspace: Workspace,
  run: RunContext,
): Promise<FinishedStage | 'inputs-changed'> {
  const { root, facts, artifactOf, signal } = run;
  const startedAt = Date.now();
  const limit = timeLimit(node);
  const inputs = stageInputs(node, { root, facts, artifactOf });
  const watching = watchFiles({
    root,
    store: run.store.folder,
    inputs,
    workspace,
    tracer: run.tracer,
    codeCoverage: () => facts.codeCoverage(node),
  });
  try {
    const gift = await runStage({
      root,
      node,
      params: read.parts.params,
      inputs,
      marks: marksOfInputs(node, artifactOf),
      cpus,
      gpus,
      compiled: run.store.layout.compiled,
      workspace,
      watching,
      signal: AbortSignal.any([signal, limit.signal]),
      onLoaded: () => read.codeHolds(),
      onProgress: (progress) => run.tell(node, { kind: 'node-progress', progress }),
      onLog: (stream, line) => run.tell(node, { kind: 'node-log', stream, line }),
    });
    const changed = await read.firstChange();
    if (changed !== undefined)
      throw inputLinked(node, changed, workspace.output, root) ?? inputChanged(node, changed);
    const strays = await watching.end();
    const undeclared = tellStrays(node, strays, workspace, run);
    return {
      ...gift,
      times: timesSince(startedAt),
      ...(undeclared.length === 0 ? {} : { undeclared }),
      ...(strays.imported.length === 0 ? {} : { imported: strays.imported }),
    };
  } catch (error) {
    const log = await workspace.fail();
    if (error instanceof CodeChanged) return 'inputs-changed';
    const fault =
      limit.signal.aborted && !signal.aborted
        ? new NodeFault('timed-out', tookTooLong(node))
        : faultOf(error, 'stage-error');
    const changed = await read.firstChange();
    // What it keeps may be of what was read meanwhile, which is none of its key's.
    if (changed !== undefined || isOfChange(fault)) await workspace.forgetCheckpoint();
    else workspace.proveCheckpoint();
    const { reason, failure } =
      changed !== undefined && mayComeOfChange.has(fault.reason) ? inputChanged(node, changed) : fault;
    throw new NodeFault(reason, failure, log);
  } finally {
    run.store.forgetLooks();
    limit.end();
  }
}

const mostKept = 100;

/** What is kept of the files that it touched without declaring them. Throws a `NodeFault` where the run is strict. */
function tellStrays(
  node: Node,
  { undeclared, appeared }: Strays,
  { log }: Workspace,
  run: RunContext,
): readonly FileAccess[] {
  if (undeclared.length === 0 && appeared.length === 0) return [];
  run.tell(node, { kind: 'node-undeclared', accesses: undeclared, appeared });
  const lines = [
    ...undeclared.map(({ path, how }) => `${path} ${how}`),
    ...appeared.map((path) => `${path} appeared`),
  ];
  addToLog(log, lines.map((line) => `not declared: ${line}\n`).join(''));
  const kept = undeclared.slice(0, mostKept);
  if (run.strict && kept.length > 0) throw filesUndeclared(node, kept);
  return kept;
}

interface TimeLimit {
  readonly signal: AbortSignal;
  end(): void;
}

function timeLimit({ limits: { timeout } }: Node): TimeLimit {
  const controller = new AbortController();
  if (timeout === null) return { signal: controller.signal, end: () => undefined };
  // Node's timers hold 2^31 ms at most.
  const timer = setTimeout(() => controller.abort(), Math.min(timeout * 1000, 2 ** 31 - 1));
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}

const tookTooLong = ({ name, limits: { timeout } }: Node): Failure => ({
  code: 'STAGE_TIMED_OUT',
  message: `took longer than its time-out of ${String(timeout)} s`,
  place: name,
  remedy: 'raise `timeout` of the stage, or find out in its log what it waits for',
});

/** Something of what it reads was edited meanwhile: as it is now, it may be read in peace. */
export const isOfChange = (error: unknown): error is NodeFault =>
  error instanceof NodeFault && ['INPUT_CHANGED', 'FILE_CHANGED_WHILE_READ'].includes(error.failure.code);

/** What a stage may run into that is handed something else than its key says. */
const mayComeOfChange: ReadonlySet<NodeFailureReason> = new Set([
  'stage-error',
  'exit-code',
  'killed',
  'module-unusable',
  'metric-invalid',
  'part-missing',
]);

const inputChanged = ({ name }: Node, path: string): NodeFault =>
  new NodeFault('input-unusable', {
    code: 'INPUT_CHANGED',
    message: `${path} changed while the stage ran`,
    place: name,
    remedy:
      'run again when nothing writes to its inputs and its code any more; the stage itself must not either',
  });

function timesSince(startedAt: number): ManifestTimes {
  const finishedAt = Date.now();
  return {
    started: new Date(startedAt).toISOString(),
    finished: new Date(finishedAt).toISOString(),
    seconds: (finishedAt - startedAt) / 1000,
  };
}
