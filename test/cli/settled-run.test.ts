import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';

import { textsOf } from '../../src/cli/settled-run.ts';
import { readSummed, writeSummed } from '../../src/store/summed-text.ts';
import { pipe } from '../e2e/pipe.ts';
import { temporaryProject } from '../temporary-project.ts';

const yaml = `
stages:
  copy:
    run: cp -rL "$PIPE_INPUT_DATA" "$PIPE_OUTPUT/copy"
    inputs: { data: ./data }
    environment: [COLOUR]
  count:
    use: stages/count.ts
    inputs: { copy: copy/copy }
`;
const stage = `import { writeFileSync } from 'node:fs';
import { name } from './name.ts';
export default { async run({ output }) { writeFileSync(output + '/' + name, 'x'); } };
`;

/** A project whose last run found everything done, all of it old enough to trust its times. */
async function settled(): Promise<string> {
  const root = await temporaryProject({
    'pipeline.yaml': yaml,
    'data/a.txt': 'a',
    'data/b.txt': 'b',
    'stages/count.ts': stage,
    'stages/name.ts': "export const name = 'count.txt';",
  });
  await delay(50);
  expect(await counts(root)).toBe('2 ran, 0 unchanged');
  expect(memories(root)).toHaveLength(1);
  await delay(50);
  return root;
}

async function counts(root: string, environment: Record<string, string> = {}): Promise<string> {
  const { stderr } = await pipe(root, ['run', 'count'], { COLOUR: 'red', ...environment });
  return /(\d+ ran, \d+ unchanged)/.exec(stderr)?.[1] ?? stderr;
}

const memories = (root: string): readonly string[] => {
  const folder = join(root, 'artifacts/.store/settled-runs');
  return readdirSync(folder).map((name) => join(folder, name));
};

const fileOf = (root: string, stage: string, name: string): string => {
  const folder = join(root, 'artifacts', stage);
  return join(folder, readdirSync(folder)[0] as string, name);
};

function overwrite(path: string, text: string): void {
  const { atimeMs, mtimeMs } = statSync(path);
  chmodSync(path, 0o644);
  writeFileSync(path, text);
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
}

describe('a run that is called again with the same words', () => {
  it('is told from memory while nothing has been touched', async () => {
    const root = await settled();
    const [memory] = memories(root) as [string];
    writeSummed(memory, readSummed(memory).replace('"node":"copy"', '"node":"remembered"'));
    const { stdout, stderr } = await pipe(root, ['run', 'count'], { COLOUR: 'red' });
    expect(stdout).toMatch(/^artifacts\/count\/[0-9a-f]{16}\/files$/);
    expect(stderr).toContain('0 ran, 2 unchanged');
    const runs = join(root, 'artifacts/runs');
    const last = readFileSync(join(runs, readdirSync(runs).toSorted().at(-1) as string), 'utf8');
    expect(last).toContain('"node":"remembered"');
    expect(last).toContain('"kind":"run-finished"');
  });

  it.each<[string, string, (root: string) => void]>([
    [
      'an input changes to the same size under a restored time',
      '2 ran, 0 unchanged',
      (root) => overwrite(join(root, 'data/a.txt'), 'A'),
    ],
    ['an input file comes', '2 ran, 0 unchanged', (root) => writeFileSync(join(root, 'data/c.txt'), 'c')],
    ['an input file goes', '2 ran, 0 unchanged', (root) => rmSync(join(root, 'data/b.txt'))],
    [
      'an imported module changes',
      '1 ran, 1 unchanged',
      (root) => writeFileSync(join(root, 'stages/name.ts'), "export const name = 'number.txt';"),
    ],
    [
      'a byte of an artifact changes under a restored time',
      '1 ran, 1 unchanged',
      (root) => overwrite(fileOf(root, 'count', 'files/count.txt'), 'y'),
    ],
    [
      'a file of an artifact goes',
      '1 ran, 1 unchanged',
      (root) => rmSync(fileOf(root, 'count', 'files/count.txt')),
    ],
    [
      'a file comes into an artifact',
      '1 ran, 1 unchanged',
      (root) => writeFileSync(join(fileOf(root, 'count', 'files'), 'more.txt'), ''),
    ],
    [
      'a manifest is damaged',
      '1 ran, 1 unchanged',
      (root) => overwrite(fileOf(root, 'count', 'manifest.json'), '{}'),
    ],
    [
      'an artifact goes',
      '1 ran, 1 unchanged',
      (root) => rmSync(join(root, 'artifacts/count'), { recursive: true }),
    ],
    [
      'the pipeline changes',
      '1 ran, 1 unchanged',
      (root) => writeFileSync(join(root, 'pipeline.yaml'), yaml.replace('cp -rL', 'cp -RL')),
    ],
    [
      'an input is replaced by a link',
      '2 ran, 0 unchanged',
      (root) => {
        writeFileSync(join(root, 'elsewhere'), 'z');
        rmSync(join(root, 'data/a.txt'));
        symlinkSync('../elsewhere', join(root, 'data/a.txt'));
      },
    ],
  ])('is not when %s', async (_, expected, change) => {
    const root = await settled();
    change(root);
    expect(await counts(root)).toBe(expected);
  });

  it('is not in another environment, whose values stand in no file of the store', async () => {
    const root = await settled();
    expect(await counts(root, { COLOUR: 'a secret' })).toBe('1 ran, 1 unchanged');
    const { stdout } = await pipe(root, ['why', 'copy'], { COLOUR: 'another secret' });
    expect(stdout).toContain('environment COLOUR changed');
    const files = readdirSync(join(root, 'artifacts'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
    expect(files.length).toBeGreaterThan(5);
    expect([stdout, ...files].filter((text) => text.includes('secret'))).toEqual([]);
  });

  it('looks behind links every time', async () => {
    const root = await settled();
    writeFileSync(join(root, 'elsewhere'), 'z');
    symlinkSync('../elsewhere', join(root, 'data/link'));
    await delay(50);
    await counts(root);
    expect(await counts(root)).toBe('0 ran, 2 unchanged');
    appendFileSync(join(root, 'elsewhere'), 'z');
    expect(await counts(root)).toBe('2 ran, 0 unchanged');
  });

  it('is not after something was touched while it ran, or just before', async () => {
    const root = await settled();
    for (const memory of memories(root)) rmSync(memory);
    mkdirSync(join(root, 'schemas'));
    expect(await counts(root)).toBe('0 ran, 2 unchanged');
    await delay(50);
    expect(await counts(root)).toBe('0 ran, 2 unchanged');
    expect(memories(root)).toHaveLength(1);
  });

  it('is made again on a machine of which a probe says something else', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': 'stages: { train: { use: stages/train.js, with: { backend: auto } } }',
      'schemas/stages/train.schema.json': '{ "properties": { "backend": { "settledBy": "probe.js" } } }',
      'stages/train.js':
        "import { writeFileSync } from 'node:fs';\nexport default { async run({ output, params }) { writeFileSync(output + '/backend', params.backend); } };\n",
      'probe.js':
        "import { existsSync } from 'node:fs';\nexport default { settle: () => (existsSync('card') ? 'cuda' : 'cpu') };\n",
    });
    await delay(50);
    const run = async (): Promise<string> => {
      const { stderr } = await pipe(root, ['run', 'train']);
      return /(\d+ ran, \d+ unchanged)/.exec(stderr)?.[1] ?? stderr;
    };
    expect(await run()).toBe('1 ran, 0 unchanged');
    await delay(50);
    expect(await run()).toBe('0 ran, 1 unchanged');
    writeFileSync(join(root, 'card'), '');
    expect(await run()).toBe('1 ran, 0 unchanged');
    rmSync(join(root, 'card'));
    expect(await run()).toBe('0 ran, 1 unchanged');
  });
});

it('a run whose many scripts are as they were runs again where one may be executed now', async () => {
  const scripts = Array.from({ length: 300 }, (_, i) => [`lib/${i}.sh`, 'echo x']);
  const root = await temporaryProject({
    'pipeline.yaml': 'stages: { s: { run: "true", files: [lib] } }',
    ...(Object.fromEntries(scripts) as Record<string, string>),
  });
  for (const expected of ['1 ran', '0 ran', '0 ran']) {
    await delay(50);
    expect((await pipe(root, ['run', 's'])).stderr).toContain(expected);
  }
  chmodSync(join(root, 'lib/7.sh'), 0o755);
  expect((await pipe(root, ['run', 's'])).stderr).toContain('1 ran');
});

it('what several targets show has headings of Markdown in a file, and plain ones on a terminal', async () => {
  const shown = ['fit', 'fit[k=2]'].map((node) => ({ node, folder: `/p/artifacts/${node}`, display: null }));
  expect(await textsOf(shown, '/p', false)).toEqual([
    '## fit\n\nartifacts/fit\n',
    '## fit[k=2]\n\nartifacts/fit[k=2]\n',
  ]);
  const [first] = await textsOf(shown, '/p', true);
  // Bold where colours are shown.
  expect(stripVTControlCharacters(first ?? '')).toBe('fit\n\nartifacts/fit\n');
});
