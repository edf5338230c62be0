/** The way of one node from its inputs to its artifact, taken from the store or made. */
import type { Digest, Node } from '../graph/node.ts';
import { keyOf } from '../graph/key.ts';
import { partsTaken } from '../graph/parts-taken.ts';
import { reasonOf, type FactOfArtifact } from '../graph/plan.ts';
import type { Artifact } from '../store/artifact.ts';
import { writing } from '../store/unwritable.ts';
import type { Look, SeenParts } from './facts.ts';
import { faultOf, filesUndeclared } from './fault.ts';
import { isOfChange } from './node-attempt.ts';
import { make } from './node-make.ts';
import { NotStarted, type NodeArtifact, type RunContext } from './run-context.ts';
import { factOf } from './survey.ts';
import { keyParts, whatIsRead } from './what-is-read.ts';

/** Throws a `NodeFault`, or `NotStarted` when the run was ended before the node's turn. */
export async function workOn(node: Node, run: RunContext): Promise<NodeArtifact> {
  let isRepeated = false;
  for (let look: Look = 'a moment ago'; ; look = 'now') {
    try {
      const seen = await keyParts(node, run, look);
      const key = keyOf(seen.parts);
      const twin = run.underway.get(`${node.stage}\0${key}`);
      if (twin === undefined) {
        const done = await asTheOnlyOne(node, key, run, () => findOrMake(node, key, seen, run));
        if (done !== 'inputs-changed') return done;
      } else await twin;
    } catch (error) {
      if (!isOfChange(error) || isRepeated || run.signal.aborted) throw error;
      isRepeated = true;
      const { reason, failure } = error;
      run.tell(node, { kind: 'node-retried', reason, failure, attempt: 1, attempts: 2 });
    }
  }
}

/** Two nodes of a run can turn out to have the same work: the second waits for the first. */
async function asTheOnlyOne<Value>(
  node: Node,
  key: Digest,
  { underway }: RunContext,
  work: () => Promise<Value>,
): Promise<Value> {
  const name = `${node.stage}\0${key}`;
  const doing = work();
  underway.set(
    name,
    doing.then(
      () => undefined,
      () => undefined,
    ),
  );
  try {
    return await doing;
  } finally {
    underway.delete(name);
  }
}

async function findOrMake(
  node: Node,
  key: Digest,
  seen: SeenParts,
  run: RunContext,
): Promise<NodeArtifact | 'inputs-changed'> {
  const before = await find(node, key, run);
  if (before.kind === 'hit') return before.node;
  const lock = await takeLock(node, key, run);
  try {
    // Another run may have made it while this one waited.
    const now = await find(node, key, run);
    if (now.kind === 'hit') return now.node;
    if (now.fact.kind === 'damaged') run.tell(node, { kind: 'node-damaged', path: now.fact.path });
    if (await healInputs(node, run)) return 'inputs-changed';
    const read = await whatIsRead(node, seen, run);
    if (read === undefined) return 'inputs-changed';
    const reason =
      run.plannedReason(node, key) ?? reasonOf(now.fact, await run.facts.previous(node, read.parts));
    return await make(node, key, read, reason, run);
  } finally {
    lock.release();
  }
}

type Found =
  | { readonly kind: 'hit'; readonly node: NodeArtifact }
  | { readonly kind: 'none'; readonly fact: Exclude<FactOfArtifact, { kind: 'found' }> };

async function find(node: Node, key: Digest, run: RunContext): Promise<Found> {
  const lookup = await run.facts.find(node.stage, key);
  if (lookup.kind !== 'found') return { kind: 'none', fact: lookup };
  const { artifact } = lookup;
  const { undeclared } = artifact.manifest;
  if (run.strict && undeclared !== undefined) throw filesUndeclared(node, undeclared);
  run.store.notes.noteTaken(node, key);
  run.tell(node, { kind: 'node-hit', key, ...factOf(artifact) });
  return { kind: 'hit', node: { artifact, how: 'hit' } };
}

async function takeLock(node: Node, key: Digest, run: RunContext): Promise<{ release(): void }> {
  try {
    return await writing(() =>
      run.store.lock(
        { stage: node.stage, key },
        { signal: run.signal, onHeld: (holder) => run.tell(node, { kind: 'node-waiting', key, holder }) },
      ),
    );
  } catch (error) {
    if (run.signal.aborted) throw new NotStarted();
    throw faultOf(error, 'store-unwritable');
  }
}

/** Where the store cannot be told of the damage, the artifact would be found whole again and again. */
async function distrust(artifact: Artifact, run: RunContext): Promise<void> {
  try {
    await writing(() => run.store.distrust(artifact));
  } catch (error) {
    throw faultOf(error, 'store-unwritable');
  }
}

/** Reads the bytes of what it takes from the store; what is not as it was written is made again. */
async function healInputs(node: Node, run: RunContext): Promise<boolean> {
  let healed = false;
  for (const { recipe, part } of partsTaken(node)) {
    const artifact = run.artifactOf(recipe);
    if ((await run.verified.damage(artifact, part)) === undefined) continue;
    await distrust(artifact, run);
    await run.heal(run.facts.nodeOf(recipe));
    healed = true;
  }
  return healed;
}
