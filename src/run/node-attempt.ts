/** One attempt at a node's work: its stage in a process of its own, within its time-out, on inputs that stay as they are. */
import type { Failure } from '../failure.ts';
import { keyOf, workOf, type KeyParts } from '../graph/key.ts';
import type { Node } from '../graph/node.ts';
import type { ManifestTimes } from '../store/manifest.ts';
import type { StageResult, Workspace } from '../store/workspace.ts';
import type { Look } from './facts.ts';
import { faultOf, NodeFault } from './fault.ts';
import { marksOfInputs, stageInputs } from './inputs.ts';
import type { Grant } from './resources.ts';
import type { RunContext } from './run-context.ts';
import { CodeChanged, runStage } from './stage/run-stage.ts';

/** Throws a `NodeFault` with the place of the log. */
export async function tryOnce(
  node: Node,
  parts: KeyParts,
  { cpus, gpus }: Grant,
  workspace: Workspace,
  run: RunContext,
): Promise<StageResult | 'inputs-changed'> {
  const { root, facts, artifactOf, signal } = run;
  const startedAt = Date.now();
  const limit = timeLimit(node);
  try {
    const gift = await runStage({
      root,
      node,
      params: parts.params,
      inputs: stageInputs(node, { root, facts, artifactOf }),
      marks: marksOfInputs(node, artifactOf),
      cpus,
      gpus,
      compiled: run.store.layout.compiled,
      workspace,
      signal: AbortSignal.any([signal, limit.signal]),
      onLoaded: async () => workOf(await facts.ownParts(node)) === workOf(parts),
      onProgress: (progress) => run.tell(node, { kind: 'node-progress', progress }),
      onLog: (stream, line) => run.tell(node, { kind: 'node-log', stream, line }),
    });
    await checkUnchanged(node, parts, run);
    return { ...gift, times: timesSince(startedAt) };
  } catch (error) {
    const log = await workspace.fail();
    if (error instanceof CodeChanged) return 'inputs-changed';
    if (limit.signal.aborted && !signal.aborted) throw new NodeFault('timed-out', tookTooLong(node), log);
    const { reason, failure } = faultOf(error, 'stage-error');
    throw new NodeFault(reason, failure, log);
  } finally {
    run.store.forgetLooks();
    limit.end();
  }
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

/** An artifact must not stand under a key whose bytes were replaced while the stage read them. */
async function checkUnchanged(node: Node, parts: KeyParts, run: RunContext): Promise<void> {
  const now = await keyParts(node, run, 'now');
  // A module's code was checked when it had been loaded; a shell reads its scripts as it goes.
  const code = node.action.kind === 'module' ? parts.code : now.code;
  if (keyOf({ ...parts, code, inputs: now.inputs }) === keyOf(parts)) return;
  throw new NodeFault('input-unusable', {
    code: 'INPUT_CHANGED',
    message: 'an input changed while the stage ran',
    place: node.name,
    remedy: 'run again when nothing writes to its inputs any more',
  });
}

/** All that its key is made of. Throws a `NodeFault`. */
export async function keyParts(node: Node, { facts, artifactOf }: RunContext, look: Look): Promise<KeyParts> {
  try {
    return { ...(await facts.ownParts(node)), inputs: await facts.inputParts(node, artifactOf, look) };
  } catch (error) {
    throw faultOf(error, 'input-unusable');
  }
}

function timesSince(startedAt: number): ManifestTimes {
  const finishedAt = Date.now();
  return {
    started: new Date(startedAt).toISOString(),
    finished: new Date(finishedAt).toISOString(),
    seconds: (finishedAt - startedAt) / 1000,
  };
}
