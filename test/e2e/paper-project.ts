/** A copy of this project in a temporary folder, with a store of its own, and the real command line run in it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** The whole graph at the smallest size at which every stage still has something to do. */
export const smallest: readonly string[] = [
  'simulate.photos=80',
  'simulate.faces={ train: 60, validation: 12, test: 12 }',
  'simulate.generated={ validation: 2, test: 2 }',
  'landmarks.compare=2',
  'pretrain.epochs=1',
  'pretrain.batch=16',
  'pretrain.heldOut=16',
].flatMap((override) => ['-S', override]);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PaperProject {
  readonly folder: string;
  pipe(...args: readonly string[]): Promise<Ended>;
  /** Starts it without waiting; `ended` settles when it is over, however it ends. */
  start(...args: readonly string[]): { readonly process: ChildProcess; readonly ended: Promise<Ended> };
  /** The bytes of every file of a finished artifact, by name; `overrides` as they were given to `run`. */
  artifactOf(stage: string, overrides: readonly string[]): Promise<ReadonlyMap<string, Buffer>>;
  remove(): Promise<void>;
}

export async function copyOfThisProject(): Promise<PaperProject> {
  const folder = await mkdtemp(join(tmpdir(), 'pipe-paper-'));
  for (const part of [
    'bin',
    'src',
    'stages',
    'commands',
    'probes',
    'schemas',
    'experiments',
    'pipeline.yaml',
    'package.json',
  ])
    await cp(join(repository, part), join(folder, part), { recursive: true });
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));

  const start: PaperProject['start'] = (...args) => {
    const child = spawn(process.execPath, [join(folder, 'bin/pipe.js'), ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...output }));
    });
    return { process: child, ended };
  };

  return {
    folder,
    start,
    pipe: (...args) => start(...args).ended,
    async artifactOf(stage, overrides) {
      const shown = await start('show', stage, ...overrides, '--json').ended;
      const path = join(folder, (JSON.parse(shown.stdout) as { folder: string }).folder);
      const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      );
      const contents = await Promise.all(
        files.map(async (entry) => {
          const file = join(entry.parentPath, entry.name);
          return [file.slice(path.length + 1), await readFile(file)] as const;
        }),
      );
      return new Map(contents.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
