/**
 * Lets an artifact stand for a node although its key is another by now, on somebody's word that the change is harmless.
 * The artifact under the new key is whole in itself and says in its manifest what it was really made from.
 */
import { copyFile, link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { FailureError, type Failure } from '../failure.ts';
import { differences } from '../graph/difference.ts';
import { keyOf, workOf, type KeyParts } from '../graph/key.ts';
import type { Digest, Graph, Node } from '../graph/node.ts';
import type { Acceptance } from '../graph/plan.ts';
import type { Holder } from '../store/lock.ts';
import { enterStore } from '../store/presence.ts';
import { artifactsBeginning } from '../store/same-work.ts';
import type { Artifact, Store } from '../store/store.ts';
import { asTheyAreNow } from './code/undeclared-imports.ts';
import { explain, type Explanation } from './explain.ts';
import { findCurrent } from './find-current.ts';

export interface AcceptOptions {
  readonly root: string;
  readonly store: Store;
  /** Who says so, and why. */
  readonly by: string;
  readonly why: string;
  /** The artifact that shall stand in: the first digits of its key, or `STAGE/DIGITS` of another stage; the node's last one without it. */
  readonly instead?: string | undefined;
  readonly signal: AbortSignal;
  /** Who is at the node's own work, which is waited for. */
  readonly onHeld: (holder: Holder) => void;
}

/** Throws a `FailureError`: `ACCEPT_NOTHING`, `ACCEPT_WAITS`, `ACCEPT_WHICH`, `ACCEPT_DAMAGED`. */
export async function accept(graph: Graph, recipe: Digest, options: AcceptOptions): Promise<Artifact> {
  const presence = await enterStore(options.store.layout, options.signal);
  try {
    return await adopt(graph, recipe, options);
  } finally {
    presence.release();
  }
}

async function adopt(graph: Graph, recipe: Digest, options: AcceptOptions): Promise<Artifact> {
  const { root, store } = options;
  const explanation = await explain(graph, recipe, { root, store });
  const parts = changedParts(explanation);
  const { node } = explanation;
  const old = await standIn(explanation, options);
  const [damaged] = await store.verify(old);
  if (damaged !== undefined)
    throw refusal(
      'ACCEPT_DAMAGED',
      `${damaged} of the artifact is not as it was written (changed, added or missing)`,
      node.name,
    );

  const key = keyOf(parts);
  const { stage, name } = node;
  const lock = await store.lock({ stage, key }, { signal: options.signal, onHeld: options.onHeld });
  try {
    if ((await findCurrent(stage, key, { root, store })).kind === 'found')
      throw refusal('ACCEPT_NOTHING', 'its own work was done meanwhile', name);
    const workspace = await store.workspace({ stage, name, recipe, key, parts });
    if (workspace.finished !== undefined)
      throw refusal(
        'ACCEPT_NOTHING',
        'its own work has ended and waits to be saved',
        name,
        `pipe run ${stage} saves it`,
      );
    await takeFiles(old, workspace);
    const { metrics, marks, display, times, undeclared, imported } = old.manifest;
    const accepted = acceptanceOf(old, stage, parts, options);
    const { artifact } = await workspace.save({
      metrics,
      marks,
      display,
      times,
      accepted,
      ...(undeclared === undefined ? {} : { undeclared }),
      ...(imported === undefined ? {} : { imported: asTheyAreNow(root, imported) }),
    });
    await store.flush();
    store.notes.noteMade({ recipe, name, stage }, key, workOf(parts));
    return artifact;
  } finally {
    lock.release();
  }
}

function changedParts({ node, decision, parts }: Explanation): KeyParts {
  if (decision.kind === 'hit')
    throw refusal('ACCEPT_NOTHING', 'it is unchanged: there is nothing to accept', node.name);
  const { inputs } = parts;
  if (inputs !== undefined) return { ...parts, inputs };
  throw refusal(
    'ACCEPT_WAITS',
    'nodes above it are to run, so its own key is not known yet',
    node.name,
    'accept or run those first: pipe plan names them',
  );
}

async function standIn(
  { node, last, own, changes }: Explanation,
  { store, instead }: AcceptOptions,
): Promise<Artifact> {
  if (instead !== undefined) return namedArtifact(node, instead, store);
  // Another parameter or other bytes seldom give the same: who means it names the artifact.
  const plain = changes.every(({ part }) => part === 'code' || part === 'package' || part === 'environment');
  if (last !== undefined && own && plain) return last;
  throw refusal(
    'ACCEPT_WHICH',
    last === undefined || !own
      ? 'it has no earlier artifact that could stand in'
      : 'not its code alone changed, but parameters or inputs too',
    node.name,
    last === undefined
      ? 'run it'
      : `name the artifact: --instead ${last.manifest.key.slice(0, 16)}; pipe why ${node.stage} shows the difference`,
  );
}

/** `1234abcd`, `gen/1234abcd`, or the artifact's folder. */
function namedArtifact(node: Node, instead: string, { layout }: Store): Artifact {
  const place = /^(?:(?:.*\/)?artifacts\/)?(?:(?<stage>[^./][^/]*)\/)?(?<digits>[0-9a-f]+)\/?$/.exec(instead);
  const { stage = node.stage, digits = '' } = place?.groups ?? {};
  const found = digits === '' ? [] : artifactsBeginning(layout, stage, digits);
  const [artifact, ...others] = found;
  if (artifact === undefined)
    throw refusal(
      'ACCEPT_WHICH',
      digits === ''
        ? `${JSON.stringify(instead)} names no artifact`
        : `${stage} has no artifact whose key begins with ${digits}`,
      node.name,
      'name it by the first digits of its key, or as STAGE/DIGITS where another stage made it; pipe why names the last',
    );
  if (others.length > 0)
    throw refusal(
      'ACCEPT_WHICH',
      `${found.length} artifacts of ${stage} have a key that begins with ${digits}`,
      node.name,
      `give more digits: ${found
        .slice(0, 3)
        .map(({ manifest }) => manifest.key.slice(0, 16))
        .join(', ')}`,
    );
  return artifact;
}

function acceptanceOf(
  { manifest }: Artifact,
  stage: string,
  parts: KeyParts,
  { by, why }: AcceptOptions,
): Acceptance {
  const { accepted: earlier } = manifest;
  const made = earlier?.made ?? manifest.parts;
  const maker = earlier === undefined ? manifest.stage : (earlier.stage ?? manifest.stage);
  return {
    by,
    at: new Date().toISOString(),
    why,
    instead: earlier?.instead ?? manifest.key,
    ...(maker === stage ? {} : { stage: maker }),
    made,
    changes: differences(made, parts),
    ...(earlier === undefined ? {} : { earlier }),
  };
}

const take = async (from: string, to: string): Promise<void> => {
  await mkdir(dirname(to), { recursive: true });
  await link(from, to).catch(() => copyFile(from, to));
};

/** A second name for each file where the file system has such, else a copy. */
async function takeFiles(
  { folder, log, manifest }: Artifact,
  workspace: { readonly output: string; readonly log: string },
): Promise<void> {
  for (const { path } of manifest.files) await take(join(folder, path), join(workspace.output, path));
  for (const path of manifest.emptyFolders) await mkdir(join(workspace.output, path), { recursive: true });
  await copyFile(log, workspace.log).catch(() => undefined);
}

function refusal(code: string, message: string, place: string, remedy?: string): FailureError {
  const failure: Failure = { code, message, place, ...(remedy === undefined ? {} : { remedy }) };
  return new FailureError(failure);
}
