/**
 * The code of stages, remembered by the sizes and times of the files it was made from, so that unchanged code costs
 * stats alone. The memory is kept in one file of the store.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { digestOf } from '../../graph/encoding.ts';
import type { CodePart } from '../../graph/key.ts';
import type { NodeAction } from '../../graph/node.ts';
import { isSettled as wasSettled, stampOf } from '../../store/stamp.ts';
import type { Store } from '../../store/store.ts';
import type { ModuleCode } from './module-code.ts';

export interface CodeIndex {
  /** Looks at the files each time. Throws a `FailureError` for code that cannot be read. */
  codeOf(action: NodeAction): Promise<CodePart>;
  /** Absolute paths of all that a module's code was found in or looked for; undefined where something of it has changed since. */
  filesOf(module: string): readonly string[] | undefined;
  /** The same of every action, looked for again where something has changed. */
  sourcesOf(action: NodeAction): Promise<readonly string[]>;
  /**
   * How each of those looked, by absolute path, before it was read: `absent` for what was not there. What is asked of `codeOf`
   * afterwards was read while they held, or `changedSince` tells.
   */
  stampsOf(action: NodeAction): Promise<CodeStamps>;
  /** Looks now: the first path that does not look as it did. */
  changedSince(stamps: CodeStamps): string | undefined;
}

/** By absolute path; `absent` for what was not there. */
type CodeStamps = Readonly<Record<string, string>>;

interface Remembered {
  readonly code: ModuleCode;
  readonly stamps: CodeStamps;
}

/** Part of every remembered entry: raised when the way code is digested changes. */
const indexFormat = 2;

export function openCodeIndex({ root, store }: { readonly root: string; readonly store: Store }): CodeIndex {
  const file = store.layout.codeIndex;
  const memory = read(file, root);
  const underway = new Map<string, Promise<Remembered>>();

  const look = async (module: string): Promise<Remembered> => {
    const remembered = memory.get(module);
    if (remembered !== undefined && stampsHold(remembered.stamps)) return remembered;
    // Loaded here: most runs find all code unchanged and never need it.
    const { codeOfModule } = await import('./module-code.ts');
    const startedAt = Date.now();
    const { code, files } = await codeOfModule(module, {
      root,
      digestFile: (path) => store.digestInput(path),
    });
    const stamps = Object.fromEntries(files.map((path) => [path, stampOfFile(path)]));
    memory.delete(module);
    if (files.every((path) => isSettled(path, startedAt))) memory.set(module, { code, stamps });
    write(file, root, memory);
    return { code, stamps };
  };
  const moduleOf = (module: string): Promise<Remembered> => {
    const known = underway.get(module) ?? look(module).finally(() => underway.delete(module));
    underway.set(module, known);
    return known;
  };

  return {
    async codeOf(action) {
      if (action.kind === 'command') {
        const files = action.files.map(async (reference) => ({
          reference,
          digest: await store.digestInput(resolve(root, reference)),
        }));
        const { command, metrics } = action;
        const known = { kind: 'command', command, files: await Promise.all(files) } as const;
        return metrics === undefined ? known : { ...known, metrics };
      }
      return (await moduleOf(action.module)).code;
    },
    async sourcesOf(action) {
      if (action.kind === 'command') return action.files.map((reference) => resolve(root, reference));
      return Object.keys((await moduleOf(action.module)).stamps);
    },
    async stampsOf(action) {
      if (action.kind === 'command') {
        const files = action.files.map((reference) => resolve(root, reference));
        return Object.fromEntries(files.map((path) => [path, stampOfFile(path)]));
      }
      return (await moduleOf(action.module)).stamps;
    },
    changedSince: firstChange,
    filesOf(module) {
      const remembered = memory.get(module);
      if (remembered === undefined || !stampsHold(remembered.stamps)) return undefined;
      return Object.keys(remembered.stamps);
    },
  };
}

const firstChange = (stamps: CodeStamps): string | undefined =>
  Object.entries(stamps).find(([path, stamp]) => stampOfFile(path) !== stamp)?.[0];

const stampsHold = (stamps: CodeStamps): boolean => firstChange(stamps) === undefined;

function stampOfFile(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? 'absent' : stampOf(stats);
}

/** A file touched while it was read, or within a tick of the clock before, is read again next time. */
function isSettled(path: string, startedAt: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || wasSettled(stats, startedAt);
}

function read(file: string, root: string): Map<string, Remembered> {
  try {
    const { check, entries } = JSON.parse(readFileSync(file, 'utf8')) as {
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
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify({ check: checkOf(root), entries: Object.fromEntries(memory) }));
    renameSync(temporary, file);
  } catch {
    // Without a memory the next run makes the bundles again.
  }
}

const checkOf = (root: string): string => digestOf([indexFormat, root, process.version]);
