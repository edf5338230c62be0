/** Recorded results that are not of the configuration they are told for, and runs that failed. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';
import { commit, git, pipeline, repository, score } from './recorded-project.ts';

/** Without what Markdown needs, and on one line. */
const shown = (text: string): string =>
  text.replaceAll('<!-- -->', '').replaceAll('&amp;', '&').replaceAll('\\', '').replaceAll(/\s+/g, ' ');

/** `default` and `narrow` have run, and are recorded and committed on main. */
async function recorded(): Promise<string> {
  const root = await repository();
  for (const options of [[], ['-e', 'narrow']]) {
    await pipe(root, ['run', 'score', '-q', ...options]);
    await pipe(root, ['record', 'score', ...options]);
  }
  await commit(root);
  return root;
}

describe('a record that is not of the configuration', () => {
  it('is stale: said first, with the parameters and what mends it, with 4, and the gate fails', async () => {
    const root = await recorded();
    await writeFile(join(root, 'experiments/narrow.yaml'), 'set: { model.wide: false, model.noise: 3 }\n');
    const options = ['-e', 'narrow', '--target', 'score'];
    const published = await pipe(root, ['publish', 'HEAD', '--dry-run', ...options]);
    const compared = await pipe(root, ['diff', 'HEAD', '--md', ...options]);
    for (const { code, stdout } of [published, compared]) {
      expect(code).toBe(4);
      const [first = ''] = stdout.split('\n').filter((line) => line.startsWith('**'));
      expect(shown(first)).toMatch(
        /^\*\*Results are stale: .*recorded with model\.noise = 0, configured is 3.* pipe run score -e narrow && pipe record score -e narrow\.\*\*$/,
      );
      expect(stdout).toMatch(/\| model\.noise +\| 0 +\| 3 +\|/);
      expect(stdout).not.toContain('No parameter changed');
      expect(stdout).not.toContain('as before');
    }
    const gate = await pipe(root, ['diff', 'HEAD', '--gate', ...options]);
    expect([gate.code, gate.stdout]).toEqual([4, expect.stringContaining('The gate fails')]);
    await pipe(root, ['run', 'score', '-q', '-e', 'narrow']);
    await pipe(root, ['record', 'score', '-e', 'narrow']);
    const mended = await pipe(root, ['diff', 'HEAD', ...options]);
    expect([mended.code, mended.stdout]).toEqual([0, expect.not.stringContaining('stale')]);
  });

  it('is stale on the side of the base too', async () => {
    const root = await recorded();
    await writeFile(join(root, 'pipeline.yaml'), pipeline.replace('noise: 0', 'noise: 2'));
    await commit(root);
    await git(root, 'checkout', '--quiet', '-b', 'other');
    await pipe(root, ['run', 'score', '-q']);
    await pipe(root, ['record']);
    const { code, stdout } = await pipe(root, ['diff', 'main']);
    expect([code, stdout]).toEqual([
      4,
      expect.stringContaining('those of main are not of the configuration'),
    ]);
    expect(shown(stdout)).toContain('recorded with model.noise = 0, configured is 2');
    expect(stdout).toContain('git switch main && pipe run score && pipe record score');
    expect((await pipe(root, ['publish', 'main', '--dry-run'])).code).toBe(4);
  });

  it('is not stale for a target that has another name in the base', async () => {
    const root = await recorded();
    await writeFile(join(root, 'pipeline.yaml'), pipeline.replace('  score:', '  points:'));
    await rm(join(root, 'artifacts'), { recursive: true });
    const options = ['--target', 'points', '--gate'];
    const { stdout } = await pipe(root, ['diff', 'HEAD', ...options]);
    expect(stdout).not.toContain('those of HEAD are not of the configuration');
    expect(shown(stdout)).toContain('HEAD has no stage points; its results are those of score.');
    await pipe(root, ['run', 'points', '-q']);
    expect((await pipe(root, ['diff', 'HEAD', ...options])).stdout).not.toContain('stale');
  });

  it.each([
    ['HEAD', 'git stash && pipe run score && pipe record score'],
    ['main', 'git switch main && pipe run score && pipe record score'],
    ['main~0', "git switch --detach 'main~0' && pipe run score && pipe record score"],
  ])('of a base %s is mended by a command that git takes', async (base, remedy) => {
    const root = await recorded();
    await writeFile(join(root, 'pipeline.yaml'), pipeline.replace('noise: 0', 'noise: 2'));
    await commit(root);
    await pipe(root, ['run', 'score', '-q']);
    expect(shown((await pipe(root, ['diff', base])).stdout)).toContain(`: ${remedy}`);
  });

  it.each<[string, (root: string) => Promise<void>, string]>([
    [
      'a declared input',
      (root) =>
        writeFile(
          join(root, 'pipeline.yaml'),
          pipeline.replace('other: { from: train, set: { model.wide: false } }', 'other: ./stages'),
        ),
      'stage score: declared otherwise',
    ],
    [
      'the code of a stage',
      (root) => writeFile(join(root, 'stages/score.js'), score.replace('auc / 10', 'auc / 8')),
      'stage score: its code was changed',
    ],
    [
      'a stage that is no more',
      (root) =>
        writeFile(
          join(root, 'pipeline.yaml'),
          pipeline.replaceAll('train', 'teach').replace('stages/teach', 'stages/train'),
        ),
      'stage train: gone',
    ],
  ])('is stale by %s', async (_, change, words) => {
    const root = await recorded();
    await change(root);
    const { code, stdout } = await pipe(root, ['diff']);
    expect([code, shown(stdout)]).toEqual([4, expect.stringContaining(words)]);
  });

  it('is stale by the bytes of a file that a stage reads', async () => {
    const root = await temporaryProject({
      '.gitignore': 'artifacts/\n',
      'pipeline.yaml':
        'stages:\n  t: { run: "cp {{ inputs.s }} {{ output }}/metrics.json", inputs: { s: ./source.json } }\n',
      'source.json': '{"acc": 1}',
    });
    await git(root, 'init', '--quiet', '--initial-branch=main');
    await pipe(root, ['run', 't', '-q']);
    await pipe(root, ['record']);
    await commit(root);
    await writeFile(join(root, 'source.json'), '{"acc": 2}');
    const { code, stdout } = await pipe(root, ['diff']);
    expect([code, shown(stdout)]).toEqual([
      4,
      expect.stringContaining('stage t: files that it reads were changed'),
    ]);
  });

  it('is not stale where it was recorded over seeds, or with the overrides of the command line', async () => {
    const root = await repository();
    const noisy = ['-S', 'model.noise=1', '-S', 'seed=1,2,3'];
    await pipe(root, ['run', 'score', '-q', '-S', 'seed=1,2,3']);
    await pipe(root, ['record', 'score', '-S', 'seed=1,2,3']);
    await commit(root);
    await pipe(root, ['run', 'score', '-q']);
    expect((await pipe(root, ['diff', 'main'])).code).toBe(0);
    await pipe(root, ['run', 'score', '-q', ...noisy]);
    await pipe(root, ['record', 'score', ...noisy]);
    await commit(root);
    expect((await pipe(root, ['diff', 'main', ...noisy])).code).toBe(0);
    const plain = await pipe(root, ['diff', 'main']);
    expect([plain.code, shown(plain.stdout)]).toEqual([
      4,
      expect.stringContaining('recorded with model.noise = 1, configured is 0'),
    ]);
  });
});

describe('a record over seeds', () => {
  const seeds = ['-S', 'seed=1,2,3'];

  async function overSeeds(configured: number): Promise<string> {
    const root = await repository();
    await writeFile(join(root, 'pipeline.yaml'), pipeline.replace('seed: 1', `seed: ${configured}`));
    await pipe(root, ['run', 'score', '-q', ...seeds]);
    await pipe(root, ['record', 'score', ...seeds]);
    await commit(root);
    return root;
  }

  it('stands for a configuration with one of them, and is stale where another is configured', async () => {
    const root = await overSeeds(9);
    const { code, stdout } = await pipe(root, ['diff']);
    expect([code, shown(stdout)]).toEqual([
      4,
      expect.stringMatching(
        /Results are stale: .*recorded with seed = \[1,2,3\], configured is 9.* pipe run score &&/,
      ),
    ]);
    expect((await pipe(root, ['diff', '--gate'])).code).toBe(4);
    await writeFile(join(root, 'pipeline.yaml'), pipeline.replace('seed: 1', 'seed: 3'));
    await commit(root);
    expect((await pipe(root, ['diff'])).code).toBe(0);
  });

  it('stands beside other seeds that the command line asks for', async () => {
    const root = await overSeeds(9);
    expect((await pipe(root, ['diff', ...seeds])).code).toBe(0);
    const others = ['-S', 'seed=4,5,6'];
    await pipe(root, ['run', 'score', '-q', ...others]);
    expect((await pipe(root, ['diff', ...others])).code).toBe(0);
    expect((await pipe(root, ['diff', '-S', 'model.noise=0'])).code).toBe(4);
  });
});

describe('the target of a comparison', () => {
  const two = `${pipeline}  other:\n    run: echo > {{ output }}/x\n`;

  it('is that of the record, here or in the base, where none is named', async () => {
    const root = await recorded();
    await writeFile(join(root, 'pipeline.yaml'), two);
    expect(await pipe(root, ['diff'])).toMatchObject({ code: 0 });
    expect(await pipe(root, ['publish', 'HEAD', '--dry-run'])).toMatchObject({ code: 0 });
    await rm(join(root, 'experiments/default.results.json'));
    expect(await pipe(root, ['diff'])).toMatchObject({ code: 0 });
  });

  it('is asked for by the name of the option where nobody knows', async () => {
    const root = await repository();
    await writeFile(join(root, 'pipeline.yaml'), two);
    await commit(root);
    const { code, stderr } = await pipe(root, ['diff']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/TARGET_AMBIGUOUS .*--target STAGE.*score, other/),
    ]);
  });
});

/** Committed, with a stage that throws, and run. */
async function failing(): Promise<string> {
  const root = await recorded();
  await writeFile(
    join(root, 'stages/score.js'),
    "export default { async run({ log }) { log('last @words <b>'); throw Object.assign(new Error('x'), { failure: { code: 'LOSS_ABSENT', message: 'both losses are off' } }); } };",
  );
  await commit(root);
  await pipe(root, ['run', 'score', '-q']);
  return root;
}

describe('a run that failed', () => {
  it('takes the place of results in what is published: node, code, commit and the end of its log', async () => {
    const root = await failing();
    const { code, stdout } = await pipe(root, ['publish', 'HEAD~1', '--dry-run']);
    expect(code).toBe(4);
    expect(shown(stdout)).toMatch(
      /^<!-- pipe: pipe \/ default --> ## default: the run failed at [0-9a-f]{7} \*\*Run failed at [0-9a-f]{7}: score, LOSS_ABSENT both losses are off\./,
    );
    expect(stdout).toContain('End of the log of score');
    expect(stdout).not.toContain('@words');
    expect(stdout).not.toContain('<b>');
    expect(stdout).not.toContain('as before');
  });

  it('is handed over as a file, checked, to the job that may comment', async () => {
    const root = await failing();
    const file = join(root, 'artifacts/failure.json');
    expect(await pipe(root, ['record', '--failure', file])).toMatchObject({ code: 4 });
    const { code, stdout } = await pipe(root, ['publish', 'HEAD', '--failure', file, '--dry-run']);
    expect([code, stdout]).toEqual([4, expect.stringContaining('both losses are off')]);
    const hostile = JSON.parse(await readFile(file, 'utf8')) as object;
    await writeFile(file, JSON.stringify({ ...hostile, commit: '<script>' }));
    expect((await pipe(root, ['publish', 'HEAD', '--failure', file, '--dry-run'])).stderr).toContain(
      'RESULTS_INVALID',
    );
    const gone = await pipe(root, ['publish', 'HEAD', '--failure', 'gone.json', '--dry-run']);
    expect([gone.code, gone.stdout]).toEqual([4, expect.stringContaining('it ended without results')]);
  });

  it('may have failed by its configuration', async () => {
    const root = await recorded();
    await writeFile(join(root, 'pipeline.yaml'), pipeline.replace('from: train', 'from: trian'));
    const { code, stdout } = await pipe(root, ['publish', 'HEAD', '--dry-run']);
    expect([code, shown(stdout)]).toEqual([
      2,
      expect.stringMatching(/Run failed at [0-9a-f]{7}: configuration, STAGE/),
    ]);
  });

  it('is told as no results where nothing has run', async () => {
    const root = await repository();
    await commit(root);
    const { code, stdout } = await pipe(root, ['publish', 'HEAD', '--dry-run']);
    expect([code, stdout]).toEqual([
      4,
      expect.stringContaining('There are no results of this configuration yet'),
    ]);
  });
});
