/** What no runner can do without, measured in the same run. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Seconds of one time: the limit takes turns with the tools. */
function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

export const startOfNode = (): number =>
  timed(() => execFileSync(process.execPath, ['-e', '0'], { stdio: 'ignore' }));

export const shellsInARow = (count: number) => (): number =>
  timed(() => {
    for (let i = 0; i < count; i++) spawnSync('/bin/sh', ['-c', 'cat /dev/null > /dev/null']);
  });

const namesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? namesBelow(path) : [path];
  });

/** In one thread of one process that is running already. */
export const walkAndStat = (folder: string): number =>
  timed(() => {
    for (const path of namesBelow(folder)) lstatSync(path, { bigint: true });
  });

export const walkStatAndHash = (folder: string): number =>
  timed(() => {
    for (const path of namesBelow(folder)) {
      lstatSync(path, { bigint: true });
      hash('sha256', readFileSync(path), 'hex');
    }
  });

export function hashOfFile(path: string): number {
  return timed(() => {
    const hasher = createHash('sha256');
    const block = Buffer.allocUnsafe(1 << 22);
    const descriptor = openSync(path, 'r');
    for (;;) {
      const count = readSync(descriptor, block);
      if (count === 0) break;
      hasher.update(block.subarray(0, count));
    }
    closeSync(descriptor);
  });
}
