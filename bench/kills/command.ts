/** The command line under trial, run to its end. */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface Ended {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly text: string;
  /** It went on for longer than anybody waits. */
  readonly isLost: boolean;
}

interface Limits {
  /** After how many milliseconds it is killed, if it is to be. */
  readonly kill?: number;
  /** Milliseconds. A command that takes longer counts as one that never ends. */
  readonly patience?: number;
}

const heldMilliseconds = 1000;

/** The numbers of those that run. Each leads a process group. */
const running = new Set<number>();

/** Of what it says the last is kept. */
export async function ended(
  folder: string,
  words: readonly string[],
  { kill, patience = 120_000 }: Limits = {},
): Promise<Ended> {
  const [program, ...args] = words;
  const child = spawn(program as string, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid, stdout, stderr } = child;
  if (pid !== undefined) running.add(pid);
  let text = '';
  let isLost = false;
  for (const output of [stdout, stderr])
    output.on('data', (piece: Buffer) => (text = (text + piece.toString()).slice(-4000)));
  const timers = [
    setTimeout(() => {
      isLost = true;
      endGroup(pid);
    }, patience),
    ...(kill === undefined ? [] : [setTimeout(() => child.kill('SIGKILL'), kill)]),
  ];
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('exit', resolve).once('error', reject),
    );
    // What it said last may be on its way; a process that it left behind may hold its output open.
    await Promise.race([closed, delay(heldMilliseconds, undefined, { ref: false })]);
    return { code, text, isLost };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const output of [stdout, stderr]) output.destroy();
    if (pid !== undefined) running.delete(pid);
  }
}

/** Ends every command that runs, with all of its group. */
export function endAll(): void {
  for (const pid of running) endGroup(pid);
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
