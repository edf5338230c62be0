/** A program that runs a graph of stages and, the next time, only what has changed. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { spawn } from 'node:child_process';

export interface Tool {
  readonly name: string;
  /** Absolute path of the program and what comes before its arguments; undefined where it is not installed. */
  readonly program: readonly string[] | undefined;
  /** Of the target `all` of the project in the working folder. */
  readonly run: readonly string[];
  /** Makes the folder a project of the tool, once. */
  readonly initialize?: readonly string[];
}

export interface Ran {
  readonly seconds: number;
  /** Of the process itself, not of its children. */
  readonly peakBytes: number;
}

const pipe = join(import.meta.dirname, '../../bin/pipe.js');

export const tools: readonly Tool[] = [
  { name: 'pipe', program: [process.execPath, pipe], run: ['run', 'all', '--quiet'] },
  { name: 'doit', program: find('doit'), run: ['-n', '2', '-v0'] },
  {
    name: 'snakemake',
    program: find('snakemake'),
    run: ['--cores', '2', '--quiet', 'all'],
  },
  {
    name: 'dvc',
    program: find('dvc'),
    run: ['repro', '--quiet'],
    initialize: ['init', '--no-scm', '--quiet'],
  },
];

/** Programs of peers are looked for in `BENCH_PEERS` first. */
function find(name: string): readonly string[] | undefined {
  const folders = [process.env['BENCH_PEERS'] ?? '', ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders.filter((folder) => folder !== '').find((folder) => existsSync(join(folder, name)));
  return found === undefined ? undefined : [join(found, name)];
}

const patienceSeconds = 120;

/** Undefined where it takes too long; throws where the tool fails. */
export async function runTool(tool: Tool, folder: string, args: readonly string[]): Promise<Ran | undefined> {
  const [program, ...before] = tool.program as [string, ...string[]];
  const start = process.hrtime.bigint();
  const child = spawn(program, [...before, ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  let peakBytes = 0;
  let isLate = false;
  const watch = setInterval(() => (peakBytes = Math.max(peakBytes, peakOf(child.pid))), 20);
  const patience = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, patienceSeconds * 1000);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  clearInterval(watch);
  clearTimeout(patience);
  if (isLate) return undefined;
  if (code !== 0) throw new Error(`${tool.name} ${args.join(' ')} ended with ${String(code)}: ${stderr}`);
  return { seconds, peakBytes };
}

/** The kernel keeps the greatest amount so far, so it need not be asked often. */
function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${String(pid)}/status`, 'latin1');
    return 1024 * Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
