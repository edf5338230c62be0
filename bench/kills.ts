/**
 * SIGKILL at random moments of runs, 200 times or as often as `-- kills NUMBER` says. After each the store must be whole;
 * after every third the run goes to its end and the result must be right. Prints how many kills it survived.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { killLoop } from './kills/loop.ts';

const kills = Number(process.argv.slice(3).find((word) => /^\d+$/.test(word)) ?? 200);
const root = mkdtempSync(join(tmpdir(), 'bench-kills-'));
try {
  const { killed, survived, faults } = await killLoop(root, { kills, seed: Date.now() });
  for (const fault of faults) console.error(fault);
  if (process.argv.includes('--json'))
    console.log(JSON.stringify({ suite: 'kills', killed, survived, faults }));
  else console.log(`survived ${survived} of ${killed} kills`);
  process.exitCode = survived === killed ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
