/**
 * The proof that a stage read what its key says: all that it may have read looked the same before the key was made and when the
 * stage had ended. What its bytes are in the end proves nothing, for an edit may have been taken back meanwhile.
 */
import { dirname, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { digestOf } from '../graph/encoding.ts';
import { keyOf, workOf } from '../graph/key.ts';
import type { Node } from '../graph/node.ts';
import { partsTaken } from '../graph/parts-taken.ts';
import { digestOfLooks, type AttemptLooks } from '../store/attempts.ts';
import { tick, trustedFrom } from '../store/stamp.ts';
import { firstChange } from '../store/tree-look.ts';
import { openWays, type Ways } from '../store/ways.ts';
import type { Look, SeenParts } from './facts.ts';
import { faultOf } from './fault.ts';
import type { RunContext } from './run-context.ts';

export interface WhatIsRead extends SeenParts {
  /** How all of it looked. */
  readonly looks: AttemptLooks;
  /** Whether the code looks as it did: asked when it is loaded. */
  codeHolds(): Promise<boolean>;
  /** Looks at everything now: a path that does not look as it did, as a person would name it. */
  firstChange(): Promise<string | undefined>;
}

/** All that its key is made of. Throws a `NodeFault`. */
export async function keyParts(
  node: Node,
  { facts, artifactOf }: RunContext,
  look: Look,
): Promise<SeenParts> {
  try {
    return await facts.keyParts(node, artifactOf, look);
  } catch (error) {
    throw faultOf(error, 'input-unusable');
  }
}

/**
 * To be called before the stage's process starts, when the artifacts it takes are verified. Waits until what was touched a moment ago
 * is old enough for its stamp to show another change. Undefined where the key is another by then. Throws a `NodeFault`.
 */
export async function whatIsRead(
  node: Node,
  seen: SeenParts,
  run: RunContext,
): Promise<WhatIsRead | undefined> {
  const ways = waysTo(seen, run.root);
  const wait = showsChangesFrom(seen, ways) - Date.now();
  // What is of the future by its times will not get old: its bytes are read each time.
  if (wait < 0 || wait > longestWait) return watch(node, seen, ways, run);
  await delay(wait + 1, undefined, { signal: run.signal }).catch(() => undefined);
  const again = await keyParts(node, run, 'now');
  if (keyOf(again.parts) !== keyOf(seen.parts)) return undefined;
  return watch(node, again, waysTo(again, run.root), run);
}

/** Milliseconds: file systems that keep whole seconds need so many. */
const longestWait = 2100;

function showsChangesFrom({ at, paths }: SeenParts, { youngest }: Ways): number {
  const ofPaths = paths.map(({ table }) => trustedFrom(table.stamps));
  return Math.max(youngest + tick < at ? -Infinity : youngest + tick, ...ofPaths);
}

function waysTo({ code, paths }: SeenParts, root: string): Ways {
  const ways = openWays(root);
  for (const path of Object.keys(code)) ways.add(path);
  for (const { path, list, table } of paths) {
    ways.add(path);
    for (const link of table.links) ways.add(join(path, link));
    for (const name of list?.files ?? []) ways.add(dirname(join(path, name)));
  }
  return ways;
}

function watch(node: Node, seen: SeenParts, ways: Ways, run: RunContext): WhatIsRead {
  const { root, store, facts } = run;
  const artifacts = partsTaken(node).map(({ recipe, part }) =>
    run.verified.seen(run.artifactOf(recipe), part),
  );
  ways.watch(run.moves);
  const changeOfLooks = async (): Promise<string | undefined> => {
    await run.moves.allTold();
    const change = facts.codeChangedSince(seen.code) ?? ways.firstChange();
    if (change !== undefined) return named(change, root);
    for (const { path, table } of seen.paths) {
      const changed = await firstChange(table, path, { links: 'follow' });
      if (changed !== undefined) return named(join(path, changed), root);
    }
    for (const artifact of artifacts) {
      const changed = await artifact.firstChange();
      if (changed !== undefined) return changed;
    }
    return undefined;
  };
  const codeHasSameBytes = async (): Promise<boolean> =>
    workOf(await facts.ownParts(node)) === workOf(seen.parts);
  const changeOfBytes = async (): Promise<string | undefined> => {
    if (!(await codeHasSameBytes())) return 'its code';
    for (const { path, list, table } of seen.paths)
      if ((await store.digestInput(path, { list })) !== table.digest) return named(path, root);
    for (const artifact of artifacts) {
      const changed = await artifact.damage();
      if (changed !== undefined) return changed;
    }
    return undefined;
  };
  const digest = digestOf([
    Object.entries(seen.code),
    seen.paths.map(({ path, table }) => [path, digestOfLooks(table)]),
    artifacts.map(({ looks }) => looks),
  ]);
  return {
    ...seen,
    looks: { digest, ways: ways.steps },
    codeHolds: async () =>
      facts.codeChangedSince(seen.code) === undefined && (store.trustsStamps || (await codeHasSameBytes())),
    firstChange: async () => (await changeOfLooks()) ?? (store.trustsStamps ? undefined : changeOfBytes()),
  };
}

function named(path: string, root: string): string {
  const below = relative(root, path);
  return below === '' || below.startsWith('..') ? path : below;
}
