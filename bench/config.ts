/**
 * Configurations that are wrong in a hundred thousand places: how long until that is told. `npm run bench -- config [--megabytes 9.9] [--only TEXT] [--json]`
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wrongFiles } from './config/wrong-files.ts';

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    megabytes: { type: 'string', default: '9.9' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean' },
  },
});
const program = join(import.meta.dirname, '../bin/pipe.js');
const slow = 5;
const results: { name: string; seconds: number; code: number | null; errors: number; last: string }[] = [];

for (const [name, make] of Object.entries(wrongFiles(Number(values.megabytes) * 1e6))) {
  if (!name.includes(values.only)) continue;
  const { text, options = [], experiment } = make();
  const root = mkdtempSync(join(tmpdir(), 'pipe-config-'));
  mkdirSync(join(root, 'experiments'));
  writeFileSync(join(root, 'pipeline.yaml'), text);
  if (experiment !== undefined) writeFileSync(join(root, 'experiments/e.yaml'), experiment);
  const args = [program, 'plan', 's', ...options, ...(experiment === undefined ? [] : ['-e', 'e'])];
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 60_000,
  });
  const seconds = (performance.now() - started) / 1000;
  const errors = stderr.match(/^\S.* [A-Z]+(_[A-Z]+)+ |^[A-Z]+(_[A-Z]+)+ /gm)?.length ?? 0;
  const last = stderr.trim().split('\n').at(-1)?.slice(0, 90) ?? '';
  results.push({ name, seconds, code: status, errors, last });
  if (values.json !== true)
    console.log(
      `${seconds > slow ? 'SLOW ' : ''}${seconds.toFixed(1)} s  ${name}: code ${status}, ${errors} told; ${last}`,
    );
  rmSync(root, { recursive: true });
}
if (values.json === true) console.log(JSON.stringify(results, null, 2));
else
  console.log(
    `${results.filter(({ seconds }) => seconds <= slow).length} of ${results.length} within ${slow} s`,
  );
