/** The command line under trial, run to its end. */
import { spawn } from 'node:child_process';

export interface Ended {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly text: string;
}

/** A command that takes longer counts as one that never ends. */
const patienceMilliseconds = 120_000;

/** `kill`: after how many milliseconds it is killed, if it is to be. Of what it says the last is kept. */
export async function ended(
  folder: string,
  words: readonly string[],
  { kill }: { readonly kill?: number } = {},
): Promise<Ended> {
  const [program, ...args] = words;
  const child = spawn(program as string, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (piece: Buffer) => (text = (text + piece.toString()).slice(-4000)));
  const timer = setTimeout(() => child.kill('SIGKILL'), kill ?? patienceMilliseconds);
  // A process that it left behind may hold its output open.
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  return { code, text };
}
