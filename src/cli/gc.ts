/** `pipe gc` */
import { relative } from 'node:path';

import { FailureError } from '../failure.ts';
import { keptByBranches } from '../run/branches/kept.ts';
import { openRepository } from '../run/branches/repository.ts';
import { referredKeys } from '../run/references.ts';
import { findGarbage, removeGarbage, type Garbage } from '../store/garbage.ts';
import { makingRoom } from '../store/make-room.ts';
import { beginRemoval } from '../store/presence.ts';
import { recordedKeys } from '../store/recorded.ts';
import { openStore } from '../store/store.ts';
import { writing } from '../store/unwritable.ts';
import { bytesInWords } from '../bytes.ts';
import { counted } from '../counted.ts';
import { everyGraph } from './every-graph.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import type { JsonOption } from './options.ts';
import { projectRoot } from './project-root.ts';
import { printJson, printLines, tell } from './output.ts';

export interface GcOptions extends JsonOption {
  readonly delete?: true;
  readonly thisBranch?: true;
  /** Days. */
  readonly olderThan?: number;
  /** Bytes. */
  readonly largerThan?: number;
  /** Bytes. */
  readonly toFree?: number;
}

export async function gc(options: GcOptions): Promise<number> {
  const root = projectRoot();
  const store = await openStore(root);
  const { signal, listen, release } = interruption();
  const removal =
    options.delete === true
      ? await writing(() => makingRoom(store.layout, () => beginRemoval(store.layout)))
      : undefined;
  if (removal?.kind === 'busy') throw busy(removal.holder.pid, removal.holder.host);
  try {
    const recorded = recordedKeys(root);
    const referred = new Set<string>();
    for (const graph of await everyGraph(root))
      for (const key of await referredKeys(graph, { root, store, signal })) referred.add(key);
    const repository = options.thisBranch === true ? undefined : await openRepository(root);
    const branches = repository && (await keptByBranches(repository, store, everyGraph));
    listen();
    const garbage = await findGarbage(
      store,
      (artifact) => {
        const { key } = artifact.manifest;
        return referred.has(key) || recorded.has(key.slice(0, 16)) || branches?.has(artifact) === true;
      },
      limitsOf(options),
    );
    list(garbage, root, options);
    if (options.delete !== true) return exitCode.ok;
    const { removed, errors } = await removeGarbage(store, garbage);
    tell(`removed ${inWords(removed)}`);
    if (errors.length > 0) await writing(() => Promise.reject(errors[0] as Error));
    return exitCode.ok;
  } finally {
    removal?.lock.release();
    release();
  }
}

function limitsOf({ olderThan, largerThan, toFree }: GcOptions): Parameters<typeof findGarbage>[2] {
  return {
    ...(olderThan === undefined ? {} : { unusedSince: Date.now() - olderThan * 86_400_000 }),
    ...(largerThan === undefined ? {} : { atLeast: largerThan }),
    ...(toFree === undefined ? {} : { toFree }),
  };
}

function list(garbage: readonly Garbage[], root: string, options: GcOptions): void {
  for (const one of garbage) {
    const path = relative(
      root,
      one.kind === 'artifact' ? one.artifact.folder.replace(/\/files$/, '') : one.path,
    );
    const name = one.kind === 'artifact' ? one.artifact.manifest.name : one.kind;
    const lastUsed = new Date(one.lastUsed).toISOString();
    if (options.json === true) printJson({ kind: one.kind, name, path, bytes: one.bytes, lastUsed });
    else
      printLines(
        `${bytesInWords(one.bytes).padStart(9)}  last used ${lastUsed.slice(0, 10)}  ${path}  ${name}`,
      );
  }
  if (options.delete !== true) tell(`would remove ${inWords(garbage)}; pipe gc --delete does it`);
}

function inWords(garbage: readonly Garbage[]): string {
  const artifacts = garbage.filter(({ kind }) => kind === 'artifact').length;
  const bytes = garbage.reduce((sum, one) => sum + one.bytes, 0);
  const others = garbage.length - artifacts;
  const remains = others === 0 ? '' : ` and ${counted(others, 'piece')} of unfinished work`;
  return `${counted(artifacts, 'artifact')}${remains}, ${bytesInWords(bytes)}`;
}

const busy = (pid: number, host: string): FailureError =>
  new FailureError({
    code: 'STORE_IN_USE',
    message: `process ${pid} on ${host} is at work in the store`,
    remedy: 'call pipe gc --delete again when it has ended',
  });
