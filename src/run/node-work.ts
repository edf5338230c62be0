/** The way of one node from its inputs to its artifact, taken from the store or made. */
import type { Digest, Node } from '../graph/node.ts';
import { keyOf, type KeyParts } from '../graph/key.ts';
import { partsTaken } from '../graph/parts-taken.ts';
import { reasonOf, type FactOfArtifact } from '../graph/plan.ts';
import { writing } from '../store/unwritable.ts';
import { faultOf, filesUndeclared } from './fault.ts';
import { keyParts } from './node-attempt.ts';
import { make } from './node-make.ts';
import { NotStarted, type NodeArtifact, type RunContext } from './run-context.ts';
import { factOf } from './survey.ts';

/** Throws a `NodeFault`, or `NotStarted` when the run was ended before the node's turn. */
export async function workOn(node: Node, run: RunContext): Promise<NodeArtifact> {
  for (;;) {
    const parts = await keyParts(node, run, 'a moment ago');
    const key = keyOf(parts);
    const twin = run.underway.get(`${node.stage}\0${key}`);
    if (twin === undefined) {
      const done = await asTheOnlyOne(node, key, run, () => findOrMake(node, key, parts, run));
      if (done !== 'inputs-changed') return done;
    } else await twin;
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
  parts: KeyParts,
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
    const reason = run.plannedReason(node, key) ?? reasonOf(now.fact, await run.facts.previous(node, parts));
    return await make(node, key, parts, reason, run);
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

/** Reads the bytes of what it takes from the store; what is not as it was written is made again. */
async function healInputs(node: Node, run: RunContext): Promise<boolean> {
  let healed = false;
  for (const { recipe, part } of partsTaken(node)) {
    const artifact = run.artifactOf(recipe);
    const name = `${artifact.folder}\0${artifact.manifest.content}\0${part ?? ''}`;
    if (run.verified.has(name) || run.verified.has(artifact.folder)) continue;
    const [damaged] = await run.store.verify(artifact, part);
    if (damaged === undefined) run.verified.add(name);
    else {
      await run.heal(run.facts.nodeOf(recipe));
      healed = true;
    }
  }
  return healed;
}
