/** Making one node's artifact: its stage runs in a process of its own, and what it wrote goes into the store. */
import { workOf, type KeyParts } from '../graph/key.ts';
import type { Digest, Node } from '../graph/node.ts';
import type { RunReason } from '../graph/plan.ts';
import { keepEvidence } from '../store/evidence.ts';
import { writing } from '../store/unwritable.ts';
import type { StageResult } from '../store/finished.ts';
import type { Work, Workspace } from '../store/workspace.ts';
import type { NodeFailureReason } from './event.ts';
import { faultOf, interrupted, NodeFault } from './fault.ts';
import { withMetrics } from './command-metrics.ts';
import { tryOnce } from './node-attempt.ts';
import { unavailableResource, type Grant } from './resources.ts';
import { NotStarted, type NodeArtifact, type RunContext } from './run-context.ts';
import type { WhatIsRead } from './what-is-read.ts';

/** The caller holds the lock of the key. Throws a `NodeFault`, or `NotStarted`. */
export async function make(
  node: Node,
  key: Digest,
  read: WhatIsRead,
  reason: RunReason,
  run: RunContext,
): Promise<NodeArtifact | 'inputs-changed'> {
  const { stage, name, recipe } = node;
  const { parts } = read;
  const grant = await waitForResources(node, run);
  let workspace: Workspace;
  let result: StageResult | 'inputs-changed';
  try {
    if (run.isStopped()) throw new NotStarted();
    // It may have waited for hours, and work for many more on what is another by now.
    if (Date.now() - read.at > aWhile && (await read.firstChange()) !== undefined) return 'inputs-changed';
    for (let attempt = 1; ; attempt++) {
      workspace = await saving(() => openWorkspace({ stage, name, recipe, key, parts }, read, run));
      if (workspace.finished === undefined) {
        run.tell(node, { kind: 'node-started', key, reason, cpus: grant.cpus, resumed: workspace.resumed });
      }
      try {
        const ended = workspace.finished ?? (await tryOnce(node, read, grant, workspace, run));
        result =
          ended === 'inputs-changed' ? ended : await saving(() => withMetrics(node, ended, workspace, run));
        break;
      } catch (error) {
        if (!mayTryAgain(error, node, attempt) || run.signal.aborted) throw error;
        const { reason, failure } = error;
        const attempts = node.limits.retries + 1;
        run.tell(node, { kind: 'node-retried', reason, failure, attempt, attempts });
      }
    }
  } finally {
    // Flushing to the disk needs no cores: the next node may start meanwhile.
    grant.release();
  }
  return result === 'inputs-changed' ? result : save(node, parts, workspace, result, run);
}

/** Milliseconds. */
const aWhile = 2000;

/** Finished work that loaded a module which is another by now is thrown away. */
async function openWorkspace(
  work: Work,
  { looks }: WhatIsRead,
  { root, store }: RunContext,
): Promise<Workspace> {
  const workspace = await store.workspace(work, looks);
  const imported = workspace.finished?.imported;
  if (imported === undefined) return workspace;
  const { changedImport } = await import('./code/undeclared-imports.ts');
  if (changedImport(root, imported) === undefined) return workspace;
  await workspace.fail();
  return store.workspace(work, looks);
}

async function waitForResources(node: Node, run: RunContext): Promise<Grant> {
  const resources = await run.probes.takes(node);
  const lacking = unavailableResource(resources, run.poolSize);
  if (lacking !== undefined) {
    throw new NodeFault('resource-unavailable', {
      code: 'RESOURCE_UNAVAILABLE',
      message: `asks for ${lacking.wanted} of \`${lacking.name}\` where there is ${lacking.size}`,
      place: node.stage,
      remedy: `lower \`resources.${lacking.name}\` of the stage`,
    });
  }
  try {
    return await run.pool.acquire({ resources, order: run.orderOf(node) }, run.signal);
  } catch (error) {
    if (run.signal.aborted) throw new NotStarted();
    throw error;
  }
}

const worthAnother: ReadonlySet<NodeFailureReason> = new Set([
  'stage-error',
  'exit-code',
  'killed',
  'timed-out',
]);

const mayTryAgain = (error: unknown, { limits }: Node, attempt: number): error is NodeFault =>
  error instanceof NodeFault && worthAnother.has(error.reason) && attempt <= limits.retries;

async function save(
  node: Node,
  parts: KeyParts,
  workspace: Workspace,
  result: StageResult,
  run: RunContext,
): Promise<NodeArtifact> {
  const adopted = workspace.finished !== undefined;
  const { signal } = run;
  const saved = await saving(async () => {
    if (!adopted) await workspace.finish(result);
    keepEvidence(run.store.layout, run.root, parts);
    return workspace.save(result, signal);
  }).catch((error: unknown) => {
    const isOfSignal = signal.aborted && error === signal.reason;
    throw isOfSignal ? interrupted(node, 'run again: it ended well, and its output is saved then') : error;
  });
  const { artifact } = saved;
  const { key, files, metrics, marks, times } = artifact.manifest;
  run.store.notes.noteMade(node, key, workOf(parts));
  run.verified.add(saved);
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

async function saving<Value>(work: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await writing(work);
  } catch (error) {
    throw faultOf(error, 'output-unusable');
  }
}
