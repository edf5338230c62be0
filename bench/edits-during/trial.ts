/** Runs of random projects that are edited meanwhile, and what undisturbed runs give under the same keys. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { randomOf, type Random } from '../../src/science/random.ts';
import { makeProject, randomProject, things, type How, type Project, type State } from './project.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

export interface EditCount {
  readonly edits: number;
  /** Artifacts that were compared. */
  readonly artifacts: number;
  /** How often a stage ran once more, or a run failed for an edit. */
  readonly noticed: number;
  readonly wrong: readonly string[];
}

/** One project, edited at random moments of one run. `folder` is empty. */
export async function editDuring(folder: string, seed: string): Promise<EditCount> {
  const random = randomOf(seed, 'edits during');
  const project = randomProject(random);
  const root = join(folder, 'edited');
  writeFileSync(join(folder, 'slow'), '');
  makeProject(root, project, project.first);
  // Old enough for its stamps to be trusted.
  await delay(50);
  const run = startRun(root);
  // Half of the projects are edited from the start of the program on, the others from the start of the first stage on.
  if (random.uniform() < 0.5) await run.firstStage;
  const states = await edit(root, project.first, random, run);
  const ended = await run.ended;
  const made = artifactsIn(root);
  const noticed = ended.split('INPUT_CHANGED').length - 1;
  rmSync(join(folder, 'slow'));
  const wrong = await compare(made, states, project, folder);
  return {
    edits: states.length - 1,
    artifacts: made.size,
    noticed,
    wrong: wrong.map((text) => `${seed}: ${text}`),
  };
}

const mostEdits = 6;

/** Until the run has ended. Gives every state of the project, in order. */
async function edit(root: string, first: State, random: Random, run: Run): Promise<readonly State[]> {
  const states = [first];
  const set = (name: string, value: number): void => {
    things[name]?.set(root, value, random.pick<How>(['in place', 'by a rename', 'with the time set back']));
    states.push({ ...(states.at(-1) as State), [name]: value });
  };
  while (states.length <= mostEdits) {
    await Promise.race([delay(random.uniform() * 150), run.ended]);
    if (run.hasEnded()) break;
    const name = random.pick(Object.keys(things));
    const value = (states.at(-1) as State)[name] as number;
    const { values } = things[name] as { values: number };
    set(name, (value + 1 + random.integer(values - 1)) % values);
    // Most are taken back: they leave no other trace than what was read.
    if (random.uniform() < 0.3) continue;
    await Promise.race([delay(random.uniform() * 120), run.ended]);
    set(name, value);
  }
  return states;
}

/** Each must be what an undisturbed run gives under its key, in one of the states or of mixtures of them. */
async function compare(
  made: ReadonlyMap<string, string>,
  states: readonly State[],
  project: Project,
  folder: string,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const left = new Map(made);
  for (const state of mixturesOf(states)) {
    if (left.size === 0) break;
    for (const [key, bytes] of await undisturbed(state, project, folder)) {
      const found = left.get(key);
      if (found === undefined) continue;
      left.delete(key);
      if (found !== bytes)
        wrong.push(`${key} is ${JSON.stringify(found)}, should be ${JSON.stringify(bytes)}`);
    }
  }
  const ofNoState = [...left].filter(([key, bytes]) => !(key.startsWith('all/') && isJoined(bytes, made)));
  return [
    ...wrong,
    ...ofNoState.map(([key, bytes]) => `${key} is of no state of the project: ${JSON.stringify(bytes)}`),
  ];
}

/** What `all` takes may have been made at different times, of states that never were together: each of it is compared for itself. */
function isJoined(bytes: string, made: ReadonlyMap<string, string>): boolean {
  const madeBy = (stage: string): readonly string[] =>
    [...made].flatMap(([key, text]) => (key.startsWith(`${stage}/`) ? [text] : []));
  return madeBy('module').some((first) =>
    madeBy('command').some((second) => madeBy('listed').some((third) => first + second + third === bytes)),
  );
}

/** Those that there were come first. A key is made of looks one after the other, between which there may be an edit. */
function* mixturesOf(states: readonly State[]): Generator<State> {
  const told = new Set<string>();
  const isNew = (state: State): boolean => told.size < told.add(JSON.stringify(state)).size;
  for (const state of states) if (isNew(state)) yield state;
  let mixtures: readonly State[] = [{}];
  for (const name of Object.keys(things)) {
    const values = [...new Set(states.map((state) => state[name] as number))];
    mixtures = values.flatMap((value) => mixtures.map((state) => ({ ...state, [name]: value })));
  }
  for (const state of mixtures) if (isNew(state)) yield state;
}

/** In an empty store. */
async function undisturbed(
  state: State,
  project: Project,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const root = join(mkdtempSync(join(folder, 'undisturbed-')), 'project');
  makeProject(root, project, state);
  const ended = await startRun(root).ended;
  const made = artifactsIn(root);
  if (made.size < 5) throw new Error(`an undisturbed run failed: ${ended}`);
  rmSync(join(root, '..'), { recursive: true, force: true });
  return made;
}

/** What each artifact holds, by stage and key. */
function artifactsIn(root: string): ReadonlyMap<string, string> {
  const store = join(root, 'artifacts');
  const made = new Map<string, string>();
  if (!existsSync(store)) return made;
  for (const stage of readdirSync(store).filter((name) => name !== 'runs' && !name.startsWith('.')))
    for (const key of readdirSync(join(store, stage))) {
      const files = join(store, stage, key, 'files');
      const texts = readdirSync(files).map((name) => readFileSync(join(files, name), 'utf8'));
      made.set(`${stage}/${key}`, texts.join());
    }
  return made;
}

interface Run {
  /** Its process has been started, or the run has ended without. */
  readonly firstStage: Promise<void>;
  /** With its events. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
}

function startRun(root: string): Run {
  mkdirSync(root, { recursive: true });
  const child = spawn(process.execPath, [program, 'run', 'all', '--json', '--keep-going', '--jobs', '4'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  let hasEnded = false;
  const { promise: firstStage, resolve: begins } = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      if (told.includes('"node-started"')) begins();
    });
  const ended = new Promise<string>((resolve) =>
    child.once('close', () => {
      hasEnded = true;
      begins();
      resolve(told);
    }),
  );
  return { firstStage, ended, hasEnded: () => hasEnded };
}
