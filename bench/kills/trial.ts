/** One fault, and what must hold after it: the next undisturbed run ends well with the right bytes, and the store is whole. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { inspectStore } from '../../src/store/inspect.ts';
import { removeTree } from '../../src/store/remove-tree.ts';
import { openStore } from '../../src/store/store.ts';
import type { Call } from './calls.ts';
import { ended, type Ended } from './command.ts';
import type { Plan } from './faults.ts';
import { resultOf, target } from './project.ts';
import { data, type States } from './states.ts';

export interface Outcome {
  /** What is wrong afterwards; empty where all is well. */
  readonly faults: readonly string[];
  /** Whether the fault came about: the command may have ended before it, or not have come by. */
  readonly struck: boolean;
}

/** `disk` is a small file system of this trial's own. */
export async function tryOut(
  plan: Plan,
  folder: string,
  states: States,
  disk: string | undefined,
): Promise<Outcome> {
  const { state, victim } = plan;
  mkdirSync(folder);
  await states.copy(state, folder);
  const { struck, undo, disturbed } = await disturb(plan, folder, states.command(victim), disk);
  undo();
  const torn = state === 'damaged' ? [] : await damageIn(folder);
  const run = await ended(folder, states.command('run'));
  const gc = await ended(folder, states.command('gc'));
  const faults = [
    ...torn.map((path) => `torn: ${path}`),
    ...lost('the disturbed command', disturbed),
    ...lost('the next run', run),
    ...lost('gc', gc),
    ...(run.code === 0 ? [] : [`the next run ends with ${String(run.code)}: ${run.text}`]),
    ...(resultIn(run.text) === resultOf(data('new')) ? [] : ['the next run gives another result']),
    ...(gc.code === 0 ? [] : [`gc ends with ${String(gc.code)}: ${gc.text}`]),
    ...(await damageIn(folder)).map((path) => `damaged: ${path}`),
    ...leftOvers(folder).map((path) => `left over: ${path}`),
  ];
  await removeTree(folder);
  if (disk !== undefined) for (const name of readdirSync(disk)) await removeTree(join(disk, name));
  return { faults, struck };
}

const lost = (what: string, { isLost, text }: Ended): readonly string[] =>
  isLost ? [`${what} never ends: ${text}`] : [];

interface Disturbed {
  readonly struck: boolean;
  readonly disturbed: Ended;
  /** Takes the fault away. */
  readonly undo: () => void;
}

/** Runs the command with the fault. */
async function disturb(
  { fault }: Plan,
  folder: string,
  command: readonly string[],
  disk: string | undefined,
): Promise<Disturbed> {
  const store = join(folder, 'artifacts');
  switch (fault.kind) {
    case 'kill': {
      // A filter (`--seccomp-bpf`) makes it quicker and swallows the signal.
      const { report, disturbed } = await injected(folder, fault.call, 'signal=SIGKILL', [], command);
      return { struck: /= \?$/m.test(report), disturbed, undo: () => undefined };
    }
    case 'error': {
      const what = `error=${fault.error}`;
      const filter = ['--seccomp-bpf'];
      const { report, disturbed } = await injected(folder, fault.call, what, filter, command, fault.lasts);
      return { struck: report.includes('(INJECTED)'), disturbed, undo: () => undefined };
    }
    case 'moment': {
      const disturbed = await ended(folder, command, { kill: fault.milliseconds });
      return { struck: disturbed.code === null, disturbed, undo: () => undefined };
    }
    case 'full': {
      moveToDisk(store, disk as string);
      const filler = join(disk as string, 'filler');
      fill(filler, fault.room);
      const disturbed = await ended(folder, command);
      return { struck: disturbed.code !== 0, disturbed, undo: () => rmSync(filler) };
    }
    case 'closed': {
      const folders = foldersIn(store);
      const closed = folders[fault.folder % folders.length];
      if (closed !== undefined) chmodSync(closed, fault.mode);
      const disturbed = await ended(folder, command);
      const undo = (): void => {
        if (closed !== undefined && existsSync(closed)) chmodSync(closed, 0o755);
      };
      return { struck: closed !== undefined, disturbed, undo };
    }
  }
}

/** Runs the command with a fault at that call, and gives what strace told of such calls. */
async function injected(
  folder: string,
  { name, when }: Call,
  what: string,
  options: readonly string[],
  command: readonly string[],
  lasts = false,
): Promise<{ readonly report: string; readonly disturbed: Ended }> {
  const report = `${folder}.report.txt`;
  const disturbed = await ended(folder, [
    'strace',
    '-f',
    '-q',
    ...options,
    '-o',
    report,
    '-e',
    'signal=none',
    '-e',
    `trace=${name}`,
    '-e',
    `inject=${name}:${what}:when=${when}${lasts ? '+' : ''}`,
    ...command,
  ]);
  const text = readFileSync(report, 'latin1');
  rmSync(report);
  return { report: text, disturbed };
}

function moveToDisk(store: string, disk: string): void {
  const place = join(disk, 'artifacts');
  mkdirSync(place);
  if (existsSync(store)) execFileSync('cp', ['-a', `${store}/.`, place]);
  execFileSync('sh', ['-c', 'chmod -Rf u+rwx "$1"; rm -rf "$1"', 'sh', store]);
  symlinkSync(place, store);
}

/** Fills the disk but for so many bytes. */
function fill(filler: string, room: number): void {
  const piece = Buffer.alloc(4096);
  writeFileSync(filler, '');
  let size = 0;
  for (;;) {
    try {
      writeFileSync(filler, piece, { flag: 'a' });
      size += piece.length;
    } catch {
      break;
    }
  }
  writeFileSync(filler, Buffer.alloc(Math.max(0, size - room)));
}

/** Those that a fault may close, the store itself first. */
function foldersIn(store: string): readonly string[] {
  try {
    return [
      store,
      ...readdirSync(store, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ parentPath, name }) => join(parentPath, name))
        .toSorted(),
    ];
  } catch {
    return [];
  }
}

async function damageIn(folder: string): Promise<readonly string[]> {
  const damaged: string[] = [];
  for await (const found of inspectStore(await openStore(folder), () => true))
    damaged.push(...found.damaged.map((path) => `${found.stage}/${found.key}/${path}`));
  return damaged;
}

/** Of the events of a run: what its target holds. */
function resultIn(text: string): string | undefined {
  const folder = text
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as { readonly node?: string; readonly folder?: string }];
      } catch {
        return [];
      }
    })
    .findLast((event) => event.node === target && event.folder !== undefined)?.folder;
  return folder === undefined ? undefined : readFileSync(join(folder, 'all'), 'utf8');
}

function leftOvers(root: string): readonly string[] {
  return ['work', 'trash', 'checkpoints'].flatMap((name) => {
    try {
      return readdirSync(join(root, 'artifacts/.store', name)).map((entry) => `${name}/${entry}`);
    } catch {
      return [];
    }
  });
}
