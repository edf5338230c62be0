/**
 * What it costs a module stage to be watched: its start, and each file that it reads below an input (nothing is written down)
 * and elsewhere in the project (written down once). Processor time of a process with the hook beside one without, in turns.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { coversNothing } from '../src/run/code/code-index.ts';
import { watchFiles } from '../src/run/stage/watching.ts';
import { report } from './measure.ts';

const rounds = 5;
const files = 500;
const repetitions = 20;

const root = mkdtempSync(join(tmpdir(), 'bench-watch-'));
try {
  const folders = Object.fromEntries(['input', 'other', 'output', 'checkpoint'].map(folder)) as Folders;
  const { nodeOption } = watchFiles({
    root,
    store: join(root, 'artifacts'),
    inputs: { data: [{ path: folders.input, origin: 'data', overrides: {} }] },
    workspace: folders,
    tracer: undefined,
    codeCoverage: () => Promise.resolve(coversNothing),
  });
  const compare = (name: string, script: string, calls: number): void => {
    const took = { with: Infinity, without: Infinity };
    for (let round = 0; round < rounds; round++) {
      took.without = Math.min(took.without, processorSeconds([], script));
      took.with = Math.min(took.with, processorSeconds([nodeOption], script));
    }
    const note = `processor time, least of ${rounds}`;
    report({
      suite: 'watch',
      case: name,
      seconds: took.with / calls,
      against: 'unwatched',
      againstSeconds: took.without / calls,
      note,
    });
  };
  compare('start of a process', '', 1);
  for (const [name, at] of [
    ['a file of an input read', folders.input],
    ['a file of the project read', folders.other],
  ] as const) {
    compare(`${name}, synchronously`, reading(at, 'fs.readFileSync(path)'), files * repetitions);
    compare(`${name}, by a promise`, reading(at, 'await fs.promises.readFile(path)'), files * repetitions);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

type Folders = Record<'input' | 'other' | 'output' | 'checkpoint', string>;

function folder(name: string): readonly [name: string, path: string] {
  const path = join(root, name);
  mkdirSync(path);
  if (name === 'input' || name === 'other')
    for (let i = 0; i < files; i++) writeFileSync(join(path, `f${i}`), Buffer.alloc(4096));
  return [name, path];
}

/** A module that says how many processor seconds it took. */
function reading(at: string, read: string): string {
  return `import fs from 'node:fs';
    const start = process.cpuUsage();
    for (let n = 0; n < ${repetitions}; n++)
      for (let i = 0; i < ${files}; i++) { const path = ${JSON.stringify(`${at}/f`)} + i; ${read}; }
    const { user, system } = process.cpuUsage(start);
    console.log((user + system) / 1e6);`;
}

/** Of the whole process where the script says nothing. */
function processorSeconds(options: readonly string[], script: string): number {
  const text =
    script === '' ? 'console.log(process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6)' : script;
  const args = ['--disable-warning=ExperimentalWarning', ...options, '--input-type=module', '--eval', text];
  // As stages are started: what was compiled once is kept.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'compiled') };
  return Number(spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root, env }).stdout);
}
