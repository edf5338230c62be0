/** A Node that does not read TypeScript starts the one that comes with the package. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** @param {string} program The script to run again, with the arguments and streams of this process. */
export async function runAgain(program) {
  const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal's Ctrl-C reaches both; the other one ends in its own time.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const [code, signal] = await once(child, 'exit');
  if (signal !== null) process.kill(process.pid, 'SIGKILL');
  process.exitCode = code;
}
