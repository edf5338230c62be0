/** Whatever stands where a file of the project is expected: no command waits for it, or reads on for ever. */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

const record = 'experiments/default.results.json';

async function recorded(): Promise<string> {
  const root = await temporaryProject({
    'pipeline.yaml':
      'params: { rate: 1 }\nstages:\n  t: { run: "cp {{ inputs.s }} {{ output }}/metrics.json", inputs: { s: ./source.json }, with: { rate: "${rate}" } }\n',
    'source.json': '{ "accuracy": 0.5 }',
    'package.json': '{ "name": "mine" }',
  });
  await pipe(root, ['run', 't', '-q']);
  await pipe(root, ['record']);
  return root;
}

const places: readonly (readonly [kind: string, put: (path: string) => unknown])[] = [
  ['a pipe', (path) => promisify(execFile)('mkfifo', [path])],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
  ['a folder', (path) => mkdirSync(path)],
  [
    'a file of a terabyte',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 10 ** 12);
    },
  ],
];

const refused: readonly (readonly [file: string, command: readonly string[], code: string])[] = [
  [record, ['diff', 'default'], 'RESULTS_INVALID'],
  [record, ['compare', 'default'], 'RESULTS_INVALID'],
  [record, ['gc'], 'RECORD_UNREADABLE'],
  [record, ['record', 't'], 'RESULTS_INVALID'],
  ['allowances.yaml', ['diff', 'default', '--gate'], 'ALLOWANCES_INVALID'],
  ['tables', ['publish', '--dry-run', '--tables', 'tables'], 'TABLES_INVALID'],
  ['failure', ['publish', '--dry-run', '--failure', 'failure'], 'RESULTS_INVALID'],
  ['plan', ['run', '--plan', 'plan'], 'PLAN_UNREADABLE'],
  ['schemas/stages/t.schema.json', ['plan', 't'], 'STAGE_SCHEMA_BROKEN'],
  ['schemas/project/pipeline.schema.json', ['schema'], 'FILE_UNREADABLE'],
];

describe.each(places)('%s', (_, put) => {
  it('in the place of a file that is needed is refused by name, and one that is not is passed over', async () => {
    const root = await recorded();
    for (const [file, command, code] of refused) {
      const putBack = await stand(put, root, file);
      const { code: exitCode, stderr } = await pipe(root, command);
      putBack();
      expect([file, stderr, exitCode]).toEqual([
        file,
        expect.stringMatching(new RegExp(`${code}.*(it is no file|it has more than \\d+ bytes)`)),
        2,
      ]);
    }
    await stand(put, root, 'package.json');
    expect(await pipe(root, ['report', 't', '-o', 'page.html'])).toMatchObject({ code: 0 });
  });

  it('that a command writes for its metrics fails its stage alone', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': 'stages:\n  t: { run: "cp -a metrics.json {{ output }}/metrics.json" }\n',
    });
    await stand(put, root, 'metrics.json');
    const { code, stderr } = await pipe(root, ['run', 't']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/FAILED  t .*(METRIC_INVALID|OUTPUT_LINK|FILE_SPECIAL)/),
    ]);
  });
});

/** Gives back what takes it away again. */
async function stand(put: (path: string) => unknown, root: string, file: string): Promise<() => void> {
  const path = join(root, file);
  const text = existsSync(path) ? readFileSync(path) : undefined;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  await put(path);
  return () => {
    rmSync(path, { recursive: true });
    if (text !== undefined) writeFileSync(path, text);
  };
}
