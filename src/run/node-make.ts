/** Making one node's artifact: its stage runs in a process of its own, and what it wrote goes into the store. */
import { keyOf, workOf, type KeyParts } from '../graph/key.ts';
import type { Digest, Node } from '../graph/node.ts';
import type { RunReason } from '../graph/plan.ts';
import type { ManifestTimes } from '../store/manifest.ts';
import { writing } from '../store/unwritable.ts';
import type { StageResult, Workspace } from '../store/workspace.ts';
import { faultOf, NodeFault } from './fault.ts';
import { marksOfInputs, stageInputs } from './inputs.ts';
import { unavailableResource, type Grant } from './resources.ts';
import { NotStarted, type NodeArtifact, type RunContext } from './run-context.ts';
import { CodeChanged, runStage } from './stage/run-stage.ts';

/** The caller holds the lock of the key. Throws a `NodeFault`, or `NotStarted`. */
export async function make(
  node: Node,
  key: Digest,
  parts: KeyParts,
  reason: RunReason,
  run: RunContext,
): Promise<NodeArtifact | 'inputs-changed'> {
  const { stage, name, recipe } = node;
  const grant = await waitForResources(node, run);
  let workspace: Workspace;
  let result: StageResult | 'inputs-changed';
  try {
    if (run.isStopped()) throw new NotStarted();
    workspace = await saving(() => run.store.workspace({ stage, name, recipe, key, parts }));
    if (workspace.finished === undefined) {
      run.tell(node, { kind: 'node-started', key, reason, cpus: grant.cpus, resumed: workspace.resumed });
    }
    result = workspace.finished ?? (await attempt(node, parts, grant, workspace, run));
  } finally {
    // Flushing to the disk needs no cores: the next node may start meanwhile.
    grant.release();
  }
  return result === 'inputs-changed' ? result : save(node, parts, workspace, result, run);
}

/** All that its key is made of, as it is now. Throws a `NodeFault`. */
export async function keyParts(node: Node, { facts, artifactOf }: RunContext): Promise<KeyParts> {
  try {
    return { ...(await facts.ownParts(node)), inputs: await facts.inputParts(node, artifactOf) };
  } catch (error) {
    throw faultOf(error, 'input-unusable');
  }
}

async function waitForResources(node: Node, run: RunContext): Promise<Grant> {
  const lacking = unavailableResource(node.resources, run.poolSize);
  if (lacking !== undefined) {
    throw new NodeFault('resource-unavailable', {
      code: 'RESOURCE_UNAVAILABLE',
      message: `asks for ${lacking.wanted} of \`${lacking.name}\` where there is ${lacking.size}`,
      place: node.stage,
      remedy: `lower \`resources.${lacking.name}\` of the stage`,
    });
  }
  try {
    return await run.pool.acquire({ resources: node.resources, order: run.orderOf(node) }, run.signal);
  } catch (error) {
    if (run.signal.aborted) throw new NotStarted();
    throw error;
  }
}

async function attempt(
  node: Node,
  parts: KeyParts,
  { cpus }: Grant,
  workspace: Workspace,
  run: RunContext,
): Promise<StageResult | 'inputs-changed'> {
  const { root, facts, artifactOf, signal } = run;
  const startedAt = Date.now();
  try {
    const gift = await runStage({
      root,
      node,
      inputs: stageInputs(node, { root, facts, artifactOf }),
      marks: marksOfInputs(node, artifactOf),
      cpus,
      workspace,
      signal,
      onLoaded: async () => workOf(await facts.ownParts(node)) === workOf(parts),
      onProgress: (progress) => run.tell(node, { kind: 'node-progress', progress }),
      onLog: (stream, line) => run.tell(node, { kind: 'node-log', stream, line }),
    });
    await checkUnchanged(node, parts, run);
    return { ...gift, times: timesSince(startedAt) };
  } catch (error) {
    const log = await workspace.fail();
    if (error instanceof CodeChanged) return 'inputs-changed';
    const { reason, failure } = faultOf(error, 'stage-error');
    throw new NodeFault(reason, failure, log);
  }
}

/** An artifact must not stand under a key whose bytes were replaced while the stage read them. */
async function checkUnchanged(node: Node, parts: KeyParts, run: RunContext): Promise<void> {
  const now = await keyParts(node, run);
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

async function save(
  node: Node,
  parts: KeyParts,
  workspace: Workspace,
  result: StageResult,
  run: RunContext,
): Promise<NodeArtifact> {
  const adopted = workspace.finished !== undefined;
  const artifact = await saving(async () => {
    if (!adopted) await workspace.finish(result);
    run.store.notes.noteWork(node.stage, workOf(parts));
    return workspace.save(result);
  });
  const { key, files, metrics, marks, times } = artifact.manifest;
  run.store.notes.noteMade(node.recipe, { stage: node.stage, key });
  run.verified.add(artifact.folder);
  run.tell(node, {
    kind: 'node-finished',
    key,
    folder: artifact.folder,
    seconds: times.seconds,
    files: files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    metrics,
    marks,
    adopted,
  });
  return { artifact, how: 'ran' };
}

async function saving<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await writing(work);
  } catch (error) {
    throw faultOf(error, 'output-unusable');
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
