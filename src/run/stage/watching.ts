/** Follows what one attempt at a stage does with files, by every means there is. */
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import type { FileAccess, UndeclaredImport } from '../../graph/plan.ts';
import type { StageInput } from '../../stage.ts';
import { coversNothing, type Coverage } from '../code/code-index.ts';
import { stageApiFiles } from '../code/stage-api.ts';
import { undeclaredImports } from '../code/undeclared-imports.ts';
import { undeclared } from './access.ts';
import { namesIn, newcomers } from './newcomers.ts';
import type { ChildCommand } from './tethered.ts';
import { readTrace, traced } from './trace.ts';
import type { ModuleLoad, WatchTask } from './watch-files.ts';

export interface WatchOptions {
  readonly root: string;
  /** The folder of the store. */
  readonly store: string;
  readonly inputs: Readonly<Record<string, readonly StageInput[]>>;
  readonly workspace: { readonly output: string; readonly checkpoint: string };
  readonly tracer: string | undefined;
  /** What the key of the stage's code stands for; asked for when something has to be judged. */
  readonly codeCoverage: () => Promise<Coverage>;
}

/** What a stage did besides reading its inputs and writing its output. */
export interface Strays {
  readonly undeclared: readonly FileAccess[];
  /** Modules that it loaded and that its key does not stand for. */
  readonly imported: readonly UndeclaredImport[];
  /** Files of the project that came while it ran. */
  readonly appeared: readonly string[];
}

export interface Watching {
  /** The option of Node that has a module's process tell what it does. */
  readonly nodeOption: string;
  /** The command to start in place of this one. */
  follow(command: ChildCommand): ChildCommand;
  /** When the stage has ended. */
  end(): Promise<Strays>;
}

const here = dirname(fileURLToPath(import.meta.url));
// Published, it has the ending of this file.
const hook = pathToFileURL(join(here, `watch-files${extname(import.meta.filename)}`));

export function watchFiles({ root, store, inputs, workspace, tracer, codeCoverage }: WatchOptions): Watching {
  const { output, checkpoint } = workspace;
  const reported = join(output, '..', 'accesses.jsonl');
  const trace = join(output, '..', 'trace.txt');
  const paths = Object.values(inputs).flatMap((sources) => sources.map(({ path }) => path));
  const readable = [...paths, ...paths.map(realPath)];
  const writable = [output, checkpoint, realPath(output), realPath(checkpoint)];
  const apart = new Set([store, ...readable]);
  const startedAt = Date.now();
  const before = namesIn(root, apart);
  const task: WatchTask = { quiet: [...writable, ...readable, ...runner], report: reported };
  return {
    nodeOption: `--import=${entryOf(task)}`,
    follow(command) {
      if (tracer === undefined) return command;
      const words = command.kind === 'program' ? command.words : ['/bin/sh', '-c', command.text];
      return { kind: 'program', words: traced(tracer, trace, words) };
    },
    async end() {
      const reports = taken(reported, readReport);
      const loads = loadsIn(reports);
      const accesses = [
        ...reports.flatMap((report) => (report.how === 'loaded' ? asRead(report) : [report])),
        ...taken(trace, (file) => readTrace(file, root)),
      ];
      const coverage = accesses.length > 0 ? await codeCoverage() : coversNothing;
      const declared = {
        root,
        readable: [...readable, ...runner, ...coverage.files, ...stageApiFiles],
        writable,
      };
      const imported = loads.length === 0 ? [] : undeclaredImports(root, { loads, coverage, startedAt });
      const strays = undeclared(accesses, declared);
      const written = new Set(strays.filter(({ how }) => how === 'written').map(({ path }) => path));
      const appeared = newcomers(before, namesIn(root, apart)).filter((path) => !written.has(path));
      return { undeclared: strays, imported, appeared };
    },
  };
}

/** A URL of its own for each task would have Node strip and compile the module anew in every process. */
function entryOf(task: WatchTask): string {
  const script = `import { follow } from ${JSON.stringify(hook)}; follow(${JSON.stringify(task)}, import.meta.url);`;
  return `data:text/javascript,${encodeURIComponent(script)}`;
}

/** What the process of a stage loads of the runner itself. */
const runner = ['run', 'store'].map((folder) => resolve(here, '..', '..', folder));

/** Most stages have none of these files. */
function taken<Line>(file: string, read: (file: string) => readonly Line[]): readonly Line[] {
  if (!existsSync(file)) return [];
  const accesses = read(file);
  rmSync(file, { force: true });
  return accesses;
}

/** But for what the stage had written itself before: the next time it writes that again. */
function loadsIn(reports: readonly (FileAccess | ModuleLoad)[]): readonly ModuleLoad[] {
  const written = new Set<string | null>();
  return reports.flatMap((report) => {
    if (report.how === 'loaded') return written.has(report.path) ? [] : [report];
    if (report.how === 'written') written.add(report.path);
    return [];
  });
}

const asRead = ({ path }: ModuleLoad): readonly FileAccess[] =>
  path === null ? [] : [{ path, how: 'read' }];

function readReport(file: string): readonly (FileAccess | ModuleLoad)[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as FileAccess | ModuleLoad];
      } catch {
        // The last line of a process that was killed.
        return [];
      }
    });
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    return path;
  }
}
