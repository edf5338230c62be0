import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { pipe } from '../e2e/pipe.ts';
import { runnerProject, start, untilExists } from '../e2e/runner-project.ts';
import { temporaryProject } from '../temporary-project.ts';

const files = {
  'pipeline.yaml': `
params: { size: 3 }
stages:
  numbers:
    run: seq "$(sed 's/[^0-9]//g' "$PIPE_PARAMS")" > "$PIPE_OUTPUT/numbers.txt"
    with: { size: "\${size}" }
  sum:
    run: cat "$PIPE_INPUT_NUMBERS/numbers.txt" > "$PIPE_OUTPUT/sum.txt"
    inputs: { numbers: numbers }
`,
  'experiments/large.yaml': 'set: { size: 9 }\n',
};

/** With the artifacts of these options, in order. */
async function ran(...options: readonly (readonly string[])[]): Promise<string> {
  const root = await temporaryProject(files);
  for (const each of options) expect((await pipe(root, ['run', 'sum', '-q', ...each])).code).toBe(0);
  return root;
}

interface Named {
  readonly name: string;
  readonly path: string;
}

async function garbage(root: string, ...options: readonly string[]): Promise<readonly Named[]> {
  const { code, stdout, stderr } = await pipe(root, ['gc', '--json', ...options]);
  if (code !== 0) throw new Error(stderr);
  return stdout === '' ? [] : stdout.split('\n').map((line) => JSON.parse(line) as Named);
}

const names = (found: readonly Named[]): readonly string[] => found.map(({ name }) => name).toSorted();
const artifacts = (root: string, stage: string): number => readdirSync(join(root, 'artifacts', stage)).length;

describe('pipe gc', () => {
  it('names what neither the pipeline nor an experiment refers to, and removes nothing', async () => {
    const root = await ran([], ['-e', 'large'], ['-S', 'size=5,6']);
    expect(names(await garbage(root))).toEqual([
      'numbers[size=5]',
      'numbers[size=6]',
      'sum[size=5]',
      'sum[size=6]',
    ]);
    expect(artifacts(root, 'sum')).toBe(4);
  });

  it('removes it with --delete, and a run still finds all the rest', async () => {
    const root = await ran([], ['-e', 'large'], ['-S', 'size=5,6']);
    await garbage(root, '--delete');
    expect([artifacts(root, 'numbers'), artifacts(root, 'sum')]).toEqual([2, 2]);
    for (const options of [[], ['-e', 'large']]) {
      const { stderr } = await pipe(root, ['run', 'sum', ...options]);
      expect(stderr).toContain('0 ran, 2 unchanged');
    }
    expect(await garbage(root)).toEqual([]);
  });

  it('keeps what a recorded result refers to, with the inputs it was made from', async () => {
    const root = await ran([], ['-S', 'size=5,6']);
    const recorded = (await garbage(root)).find(({ name }) => name === 'sum[size=5]') as Named;
    const key = JSON.parse(readFileSync(join(root, recorded.path, 'manifest.json'), 'utf8')) as {
      key: string;
    };
    writeFileSync(
      join(root, 'experiments/paper.results.json'),
      JSON.stringify({ metrics: [{ key: key.key }] }),
    );
    expect(names(await garbage(root))).toEqual(['numbers[size=6]', 'sum[size=6]']);
  });

  it('removes nothing while a record cannot be read', async () => {
    const root = await ran([], ['-S', 'size=5,6']);
    writeFileSync(join(root, 'experiments/paper.results.json'), '{ "half');
    const { code, stderr } = await pipe(root, ['gc', '--delete']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('RECORD_UNREADABLE')]);
    expect(artifacts(root, 'sum')).toBe(3);
  });

  it('removes nothing while the pipeline cannot be read', async () => {
    const root = await ran([], ['-S', 'size=5,6']);
    writeFileSync(join(root, 'pipeline.yaml'), 'stages: [');
    expect((await pipe(root, ['gc', '--delete'])).code).toBe(2);
    expect(artifacts(root, 'sum')).toBe(3);
  });

  it('keeps what was made before code was edited', async () => {
    const root = await ran([]);
    writeFileSync(join(root, 'pipeline.yaml'), files['pipeline.yaml'].replace('seq ', 'seq 1 '));
    expect(names(await garbage(root))).toEqual(['numbers', 'sum']);
    writeFileSync(join(root, 'pipeline.yaml'), files['pipeline.yaml']);
    expect(await garbage(root)).toEqual([]);
  });

  it('goes by age and size', async () => {
    const root = await ran([], ['-S', 'size=5,600']);
    expect(await garbage(root, '--older-than', '1')).toEqual([]);
    expect(names(await garbage(root, '--larger-than', '1kB'))).toEqual([
      'numbers[size=600]',
      'sum[size=600]',
    ]);
    expect(names(await garbage(root, '--to-free', '1B'))).toHaveLength(1);
  });

  it('names unfinished work, checkpoints and failed logs that nobody goes on with', async () => {
    const root = await ran([]);
    mkdirSync(join(root, 'artifacts/.store/checkpoints/old-0123'), { recursive: true });
    mkdirSync(join(root, 'artifacts/.store/work/old-0123/files'), { recursive: true });
    expect(names(await garbage(root))).toEqual(['checkpoint', 'unfinished']);
    await garbage(root, '--delete');
    expect(await garbage(root)).toEqual([]);
  });

  it('counts what is unfinished though something in it leads nowhere', async () => {
    const root = await ran([]);
    mkdirSync(join(root, 'artifacts/.store/trash'), { recursive: true });
    symlinkSync('nowhere', join(root, 'artifacts/.store/trash/old-0123'));
    expect(names(await garbage(root))).toEqual(['trash']);
    expect((await pipe(root, ['gc'])).stderr).toMatch(
      /^would remove 0 artifacts and 1 piece of unfinished work, /,
    );
  });

  it('waits for no run and disturbs none', async () => {
    const root = await runnerProject(
      '  slow: { run: "touch began; while [ ! -e go ]; do sleep 0.02; done" }\n',
    );
    const running = start(root, 'slow');
    await untilExists(join(root, 'began'));
    const { code, stderr } = await pipe(root, ['gc', '--delete']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('STORE_IN_USE')]);
    writeFileSync(join(root, 'go'), '');
    expect((await running.ended).code).toBe(0);
    expect((await pipe(root, ['gc', '--delete'])).code).toBe(0);
  });
});

describe('pipe verify', () => {
  it('does not take a misspelt stage for one without damage', async () => {
    const root = await ran([]);
    const { code, stderr } = await pipe(root, ['verify', 'number']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/STAGE_UNKNOWN .*did you mean numbers\?/)]);
  });

  it('reads all and finds it whole', async () => {
    const root = await ran([]);
    const { code, stderr } = await pipe(root, ['verify']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^2 artifacts, 2 files, .*all as it was written$/),
    ]);
  });

  it.each<[string, string, (text: string) => string]>([
    ['a flipped byte', 'files/sum.txt', (text) => text.replace('1', '7')],
    ['a manifest that is cut short', 'manifest.json', (text) => text.slice(0, 100)],
    [
      'a manifest that tells of other parameters',
      'manifest.json',
      (text) => text.replace('"code"', '"kode"'),
    ],
  ])('names %s, and the next run makes it again', async (_, path, damage) => {
    const root = await ran([]);
    const folder = join(root, 'artifacts/sum', readdirSync(join(root, 'artifacts/sum'))[0] as string);
    chmodSync(join(folder, path), 0o644);
    writeFileSync(join(folder, path), damage(readFileSync(join(folder, path), 'utf8')));
    const { code, stdout } = await pipe(root, ['verify']);
    expect([code, stdout]).toEqual([4, expect.stringContaining(`/${path}`)]);
    expect((await pipe(root, ['verify', 'numbers'])).code).toBe(0);
    await pipe(root, ['run', 'sum']);
    expect((await pipe(root, ['verify'])).code).toBe(0);
    expect(existsSync(join(folder, 'files/sum.txt'))).toBe(true);
  });
});
