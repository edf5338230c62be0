/**
 * A Node that does not read TypeScript starts the one that comes with the package and stands for it: what ends the one ends
 * the other, in the same way.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);

/** @param {string} program The script to run again, with the arguments and streams of this process. */
export async function runAgain(program) {
  const node = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  // Also where NODE_OPTIONS says that no types are stripped. The channel closes when this process is gone, however it ended.
  const child = spawn(node, ['--experimental-strip-types', program, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const name of signals) process.on(name, () => child.kill(name));
  const [code, signal] = await once(child, 'exit');
  for (const name of signals) process.removeAllListeners(name);
  if (signal !== null) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/** In the process that is started: it ends when the other is killed. */
export function endWithStarter() {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // The channel keeps nobody from ending.
  process.channel?.unref();
}
