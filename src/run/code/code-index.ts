/**
 * The code of stages, remembered by how every place looked that it was found in or looked for, so that unchanged code costs stats
 * alone. The memory is kept in one file of the store.
 */
import { constants, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { digestOf } from '../../graph/encoding.ts';
import type { CodePart, ReferencedFile } from '../../graph/key.ts';
import type { NodeAction } from '../../graph/node.ts';
import { isSettled as wasSettled } from '../../store/stamp.ts';
import type { Store } from '../../store/store.ts';
import { readSummed, writeSummed } from '../../store/summed-text.ts';
import { walk } from '../../store/walk.ts';
import type { CodeWithPlaces } from './module-code.ts';
import { lookAtPlaces, changedPlace, statsOf, type Places, type Stamps } from './places.ts';
import { stageApiVersion } from './stage-api.ts';

export interface CodeIndex {
  /** Looks at the files each time. Throws a `FailureError` for code that cannot be read. */
  codeOf(action: NodeAction): Promise<CodePart>;
  /** What the code of an action is known by, absolute: looked for again where something has changed. */
  coverageOf(action: NodeAction): Promise<Coverage>;
  /**
   * How every file and place looked that the code of an action was found in or looked for, before it was read. What is asked of
   * `codeOf` afterwards was read while they held, or `changedSince` tells.
   */
  stampsOf(action: NodeAction): Promise<Stamps>;
  /** Looks now: the first place that does not look as it did. */
  changedSince(stamps: Stamps): string | undefined;
  /** The places of a module; undefined where something there has changed since. */
  placesOf(module: string): readonly string[] | undefined;
}

export interface Coverage {
  readonly files: readonly string[];
  /** Their files count by name and version. */
  readonly packageFolders: readonly string[];
  /** What each of the files names to be loaded, as `import ./x.ts`. */
  readonly links: Readonly<Record<string, readonly string[]>>;
  /** The files of which everything counts, and not what others take of them alone. */
  readonly whole: readonly string[];
}

export const coversNothing: Coverage = { files: [], packageFolders: [], links: {}, whole: [] };

type Remembered = CodeWithPlaces;

/** Part of every remembered entry: raised when the way code is digested changes. */
const indexFormat = 6;

export function openCodeIndex({ root, store }: { readonly root: string; readonly store: Store }): CodeIndex {
  const file = store.layout.codeIndex;
  const memory = read(file, root);
  const underway = new Map<string, Promise<Remembered>>();

  const look = async (module: string): Promise<Remembered> => {
    const remembered = store.trustsStamps ? memory.get(module) : undefined;
    if (remembered !== undefined && changedPlace(remembered.stamps) === undefined) return remembered;
    // Loaded here: most runs find all code unchanged and never need it.
    const { codeOfModule } = await import('./module-code.ts');
    const startedAt = Date.now();
    const found = await codeOfModule(module, { root, digestFile: (path) => store.digestInput(path) });
    const { stamps } = found;
    memory.delete(module);
    // What came, went or moved while it was read may stand in the stamps as it was before.
    const isWhole =
      Object.keys(stamps).every((path) => isSettled(path, startedAt)) && changedPlace(stamps) === undefined;
    if (isWhole) memory.set(module, found);
    write(file, root, memory);
    return found;
  };
  const moduleOf = (module: string): Promise<Remembered> => {
    // Whoever trusts no stamps wants to know what is there now, and not what was when somebody else began to look.
    if (!store.trustsStamps) return look(module);
    const known = underway.get(module) ?? look(module).finally(() => underway.delete(module));
    underway.set(module, known);
    return known;
  };

  return {
    async codeOf(action) {
      if (action.kind === 'command') {
        const files = action.files.map(async (reference): Promise<ReferencedFile> => {
          const path = resolve(root, reference);
          const digest = await store.digestInput(path);
          const executable = executablesIn(path);
          return { reference, digest, ...(executable.length === 0 ? {} : { executable }) };
        });
        const { command, metrics } = action;
        const known = { kind: 'command', command, files: await Promise.all(files) } as const;
        return metrics === undefined ? known : { ...known, metrics };
      }
      return (await moduleOf(action.module)).code;
    },
    async coverageOf(action) {
      if (action.kind === 'module') return moduleOf(action.module);
      return { ...coversNothing, files: action.files.map((reference) => resolve(root, reference)) };
    },
    async stampsOf(action) {
      if (action.kind === 'module') return (await moduleOf(action.module)).stamps;
      const places = lookAtPlaces();
      for (const reference of action.files) lookBelow(resolve(root, reference), places);
      return places.stamps();
    },
    changedSince: changedPlace,
    placesOf(module) {
      const remembered = memory.get(module);
      if (remembered === undefined || changedPlace(remembered.stamps) !== undefined) return undefined;
      return Object.keys(remembered.stamps);
    },
  };
}

/** Of a script, or a folder of them: those that their owner may execute. The rights of others depend on who made the checkout. */
function executablesIn(path: string): readonly string[] {
  return [...walk(path, { links: 'follow' })]
    .filter(({ kind, stats }) => kind === 'file' && (stats.mode & constants.S_IXUSR) !== 0)
    .map((entry) => entry.path);
}

/** A script, or a folder of them. */
function lookBelow(path: string, places: Places): void {
  if (places.kindOf(path) !== 'folder') return;
  for (const name of readdirSync(path)) lookBelow(join(path, name), places);
}

/** A file touched while it was read, or within a tick of the clock before, is read again next time. */
function isSettled(path: string, startedAt: number): boolean {
  const stats = statsOf(path);
  return stats === undefined || stats.isDirectory() || wasSettled(stats, startedAt);
}

function read(file: string, root: string): Map<string, Remembered> {
  try {
    const { check, entries } = JSON.parse(readSummed(file)) as {
      check: string;
      entries: Record<string, Remembered>;
    };
    return check === checkOf(root) ? new Map(Object.entries(entries)) : new Map();
  } catch {
    return new Map();
  }
}

function write(file: string, root: string, memory: ReadonlyMap<string, Remembered>): void {
  try {
    writeSummed(file, JSON.stringify({ check: checkOf(root), entries: Object.fromEntries(memory) }));
  } catch {
    // Without a memory the next run reads the sources again.
  }
}

const checkOf = (root: string): string => digestOf([indexFormat, stageApiVersion, root, process.version]);
