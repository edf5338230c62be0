/** One made-up project through many edits: after each, a run must give the bytes that a run in an empty store gives. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';

import { randomOf } from '../../src/science/random.ts';
import { firstProject, randomEdit } from './edit.ts';
import { treeOf } from './project.ts';
import { writeTree, type Manner, type Tree } from './tree.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

export interface EditCount {
  readonly edits: number;
  /** What came out wrong: the edits that led there, what was expected, what was found. */
  readonly wrong: readonly string[];
  /** After how many edits the result was taken from the store, and after how many the project did not run at all. */
  readonly unchanged: number;
  readonly broken: number;
}

/** `folder` is empty and stays to be looked at. */
export async function editLoop(
  folder: string,
  { edits, seed }: { readonly edits: number; readonly seed: string },
): Promise<EditCount> {
  const random = randomOf('edits', seed);
  const root = join(folder, 'project');
  const wrong: string[] = [];
  const done: string[] = [];
  let [unchanged, broken] = [0, 0];
  let project = firstProject(random);
  const past = [project];
  let tree: Tree = new Map();
  mkdirSync(root, { recursive: true });
  for (let count = 0; count <= edits; count++) {
    if (count > 0) {
      const edit = randomEdit(project, past, random);
      project = edit.project;
      past.push(project);
      done.push(edit.name);
    }
    const next = treeOf(project);
    writeTree(folder, tree, next, random.pick<Manner>(['in place', 'by renaming', 'with its time put back']));
    tree = next;
    // Not the first thing after an edit each time: what was remembered while the edit was young is asked too.
    const found = await run(root);
    const again = random.uniform() < 0.25 ? await run(root) : found;
    const expected = await inAnEmptyStore(root);
    if (found.ran === 0) unchanged += 1;
    if (expected.bytes === null) broken += 1;
    for (const each of new Set([found, again]))
      if (each.bytes !== expected.bytes)
        wrong.push(
          `seed ${seed}, after ${done.length} edits, the last: ${done.slice(-3).join('; ')}\n${differenceOf(expected, each)}`,
        );
  }
  return { edits, wrong, unchanged, broken };
}

interface Result {
  /** Null where the run failed. */
  readonly bytes: string | null;
  readonly ran: number;
  readonly told: string;
}

async function run(root: string): Promise<Result> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, 'run', 'all', '--json'], {
    cwd: root,
    reject: false,
    stdin: 'ignore',
  });
  const events = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told);
  const ended = events.findLast(
    ({ kind, node }) => node === 'all' && (kind === 'node-hit' || kind === 'node-finished'),
  );
  const bytes =
    exitCode === 0 && ended?.folder !== undefined ? readFileSync(join(ended.folder, 'out'), 'utf8') : null;
  return {
    bytes,
    ran: events.filter(({ kind }) => kind === 'node-finished').length,
    told: stderr.slice(-600),
  };
}

function differenceOf(expected: Result, found: Result): string {
  const lines = ({ bytes, told }: Result): readonly string[] => (bytes ?? `failed: ${told}`).split('\n');
  const only = (of: Result, than: Result): readonly string[] =>
    lines(of).filter((line) => !lines(than).includes(line));
  return [
    ...only(expected, found).map((line) => `  expected ${line}`),
    ...only(found, expected).map((line) => `  found    ${line}`),
  ].join('\n');
}

interface Told {
  readonly kind: string;
  readonly node?: string;
  readonly folder?: string;
}

/** The store is put aside for it: nothing else of the project differs. */
async function inAnEmptyStore(root: string): Promise<Result> {
  const store = join(root, 'artifacts');
  const aside = join(root, '../artifacts');
  if (existsSync(store)) renameSync(store, aside);
  try {
    return await run(root);
  } finally {
    rmSync(store, { recursive: true, force: true });
    if (existsSync(aside)) renameSync(aside, store);
  }
}
