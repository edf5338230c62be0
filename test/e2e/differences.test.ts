/** A pull request, scripted: results recorded on main, a toggle flipped on a branch, and what a reviewer is shown. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { pipe } from './pipe.ts';
import { commit, flip, flipped, git, pipeline, repository, score } from './recorded-project.ts';

describe('pipe record', () => {
  it('writes metrics, parameters and keys, one a line, and the same bytes again', async () => {
    const root = await repository();
    expect(await pipe(root, ['record'])).toMatchObject({ code: 4 });
    await pipe(root, ['run', 'score', '-q']);
    expect(await pipe(root, ['record', 'score'])).toMatchObject({ code: 0 });
    const text = await readFile(join(root, 'experiments/default.results.json'), 'utf8');
    expect(text.replaceAll(/"[0-9a-f]{12,16}"/g, '"…"').replace(/(?<="seconds": )\d+/, '0')).toBe(`{
  "format": 2,
  "experiment": "default",
  "target": "score",
  "marks": ["simulated"],
  "seconds": 0,
  "parameters": {
    "model.noise": 0,
    "model.wide": true,
    "seed": 1
  },
  "sweep": {},
  "declarations": {
    "score": "…",
    "train": "…"
  },
  "stages": {
    "score": {"code":"…","source":"…","artifacts":[{"key":"…","digest":"…"}]},
    "train": {"code":"…","source":"…","artifacts":[{"key":"…","digest":"…"}]}
  },
  "metrics": [
    {"name":"score score","value":8,"direction":"higher","unit":"points"},
    {"name":"train auc","value":80,"direction":"higher","unit":"percent","count":50},
    {"name":"train loss","value":20,"direction":"lower","unit":"1"}
  ]
}
`);
    expect((await pipe(root, ['record'])).stderr).toContain('is up to date');
    expect(await readFile(join(root, 'experiments/default.results.json'), 'utf8')).toBe(text);
  });

  it('has the metrics that one seed alone gave', async () => {
    const root = await repository();
    const file = join(root, 'stages/train.js');
    const text = await readFile(file, 'utf8');
    const more = "if (params.seed === 2) metric({ name: 'late', value: 5, direction: 'none', unit: '1' });";
    await writeFile(file, text.replace("mark('simulated');", `mark('simulated'); ${more}`));
    await pipe(root, ['run', 'score', '-q', '-S', 'seed=1,2']);
    await pipe(root, ['record', '-S', 'seed=1,2']);
    const recorded = await readFile(join(root, 'experiments/default.results.json'), 'utf8');
    expect(recorded).toContain('{"name":"train late","value":5,"direction":"none","unit":"1"}');
    expect(recorded).toContain('"name":"train auc","value":80,"deviation":0,"repetitions":2');
  });

  it('merges without conflict where two branches record different experiments', async () => {
    const root = await repository();
    await commit(root);
    for (const [branch, options] of [
      ['one', []],
      ['two', ['-e', 'narrow']],
    ] as const) {
      await git(root, 'checkout', '--quiet', '-b', branch, 'main');
      await pipe(root, ['run', 'score', '-q', ...options]);
      await pipe(root, ['record', ...options]);
      await commit(root);
    }
    await git(root, 'merge', '--quiet', '--no-edit', 'one');
    const { code, stdout } = await pipe(root, ['compare', 'default', 'narrow', '--format', 'json']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('model.wide')]);
  });

  it('keeps what it refers to from being taken for garbage', async () => {
    const root = await flipped();
    const { stdout } = await pipe(root, ['gc', '--json']);
    expect(stdout).not.toContain('"score"');
  });
});

describe('pipe diff', () => {
  it('shows what a flipped toggle did against main, without checking it out', async () => {
    const root = await flipped();
    const { code, stdout } = await pipe(root, ['diff', 'main', '--md']);
    expect(code).toBe(0);
    expect(stdout).toBe(`# Simulated: default: now against main

**Marked: simulated.**

## Simulated: Metrics

| Metric      | Before | After | Change | Unit    |       |
| :---------- | :----- | :---- | :----- | :------ | :---- |
| score score | 8      | 6     | -2     | points  | worse |
| train auc   | 80     | 60    | -20    | percent | worse |
| train loss  | 20     | 40    | +20    |         | worse |

## Simulated: Parameters

| Parameter  | Before | After |
| :--------- | :----- | :---- |
| model.wide | true   | false |

## Simulated: Stages

| Stage | Change               | Result      |
| :---- | :------------------- | :---------- |
| score | inputs or parameters | other bytes |
| train | inputs or parameters | other bytes |

- One run on each side, with one seed: what of a difference is noise is not known (pipe record -S seed=1,2,3).`);
  });

  it('names a stage whose code changed', async () => {
    const root = await flipped();
    await writeFile(join(root, 'pipeline.yaml'), pipeline);
    await writeFile(join(root, 'stages/score.js'), score.replace('auc / 10', 'auc / 8'));
    await pipe(root, ['run', 'score', '-q']);
    const { stdout } = await pipe(root, ['diff', 'main', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      parameters: [],
      stages: [{ stage: 'score', change: 'code', sameResult: true }],
    });
  });

  it('takes what the work tree records where the store has nothing, and says so', async () => {
    const root = await flipped();
    await pipe(root, ['record']);
    await execa('git', ['clone', '--quiet', root, join(root, 'artifacts/clone')]);
    const clone = join(root, 'artifacts/clone');
    await pipe(clone, ['stages']);
    const { code, stderr, stdout } = await pipe(clone, ['diff', 'origin/main']);
    expect(code).toBe(0);
    expect(stderr).toContain('experiments/default.results.json is taken');
    expect(stdout).toContain('3 metrics are as before.');
  });

  it('fails a gate for what is worse than allowed, and passes what is allowed', async () => {
    const root = await flipped();
    const refused = await pipe(root, ['diff', 'main', '--gate']);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain('The gate refuses: score score, train auc, train loss.');
    await writeFile(join(root, 'allowances.yaml'), "'*': { absolute: 20 }\n'score *': { relative: 0.2 }\n");
    const relative = await pipe(root, ['diff', 'main', '--gate', '--json']);
    expect([relative.code, (JSON.parse(relative.stdout) as { refused: unknown }).refused]).toEqual([
      3,
      ['score score'],
    ]);
    await writeFile(join(root, 'allowances.yaml'), "'*': { absolute: 20 }\n");
    expect(await pipe(root, ['diff', 'main', '--gate'])).toMatchObject({ code: 0 });
    for (const wrong of ["'*': { absolute: -1 }\n", "'*': { absolute: .inf }\n", 'none\n']) {
      await writeFile(join(root, 'allowances.yaml'), wrong);
      expect(await pipe(root, ['diff', 'main', '--gate'])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^allowances.yaml: ALLOWANCES_INVALID/) as string,
      });
    }
  });

  it('says of repeated runs whether a difference is within noise', async () => {
    const root = await repository();
    const noisy = ['-S', 'model.noise=1', '-S', 'seed=1,2,3,4'];
    await pipe(root, ['run', 'score', '-q', ...noisy]);
    await pipe(root, ['record', ...noisy]);
    await commit(root);
    const other = ['-S', 'model.noise=1', '-S', 'seed=3,4,5,6'];
    await pipe(root, ['run', 'score', '-q', ...other]);
    const { stdout } = await pipe(root, ['diff', 'main', '--gate', ...other]);
    expect(stdout).toMatch(
      /train auc +82\.5 ± 1\.3 \(n = 4\) +81\.5 ± 1\.3 \(n = 4\) +-1 +percent +worse, within noise/,
    );
    await flip(root);
    await pipe(root, ['run', 'score', '-q', ...other]);
    const beyond = await pipe(root, ['diff', 'main', '--gate', ...other]);
    expect([beyond.code, beyond.stdout]).toEqual([
      3,
      expect.stringContaining('worse, beyond noise, refused'),
    ]);
  });

  it('says what it does not know', async () => {
    const root = await flipped();
    expect(await pipe(root, ['diff', 'nowhere'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('REVISION_UNKNOWN') as string,
    });
    expect((await pipe(root, ['diff', '--target', 'train', '--', '--output=x'])).stderr).toContain(
      'REVISION_UNKNOWN',
    );
    await pipe(root, ['run', 'score', '-q', '-e', 'narrow']);
    const gate = await pipe(root, ['diff', 'main', '-e', 'narrow', '--gate']);
    expect([gate.code, gate.stderr]).toEqual([
      2,
      expect.stringContaining('RESULTS_MISSING main has no experiments/narrow.results.json'),
    ]);
  });
});

describe('pipe diff against a revision that recorded nothing', () => {
  const declared = pipeline
    .replace('seed: 1', "seed: 1\n  shown: ['${seed}']")
    .replace('other: { from: train, set: { model.wide: false } }', "other: './stages'")
    .replace('  score:', '  extra:\n    run: "true"\n    timeout: 5 s\n  score:');

  async function changed(): Promise<string> {
    const root = await repository();
    await commit(root);
    await git(root, 'checkout', '--quiet', '-b', 'other');
    await writeFile(join(root, 'pipeline.yaml'), declared.replace('seed: 1', 'seed: 5'));
    return root;
  }

  it('says which parameters, resolved, and which stages its pipeline.yaml declares otherwise', async () => {
    const root = await changed();
    const before = await execa('git', ['status', '--porcelain'], { cwd: root });
    const { code, stdout, stderr } = await pipe(root, ['diff', 'main', '--target', 'score', '--md']);
    expect([code, stderr]).toEqual([4, expect.stringContaining('pipe run score')]);
    expect(stdout).toBe(`# default: now against main

## Parameters

| Parameter | Before | After |
| :-------- | :----- | :---- |
| seed      | 1      | 5     |
| shown     | absent | \\[5\\] |

## Stages

| Stage | Change                    | Result |
| :---- | :------------------------ | :----- |
| extra | new                       |        |
| score | declaration: inputs.other |        |

- main has no recorded results of this experiment: no metric stands against one of it.
- There are no results of this configuration yet: pipe run score makes them.`);
    expect((await execa('git', ['status', '--porcelain'], { cwd: root })).stdout).toBe(before.stdout);
    await pipe(root, ['run', 'score', '-q']);
    const ran = await pipe(root, ['diff', 'main', '--target', 'score']);
    expect([ran.code, ran.stdout]).toEqual([0, expect.not.stringContaining('pipe run')]);
  });

  it('takes the experiment as the revision has it, and another experiment of the work tree', async () => {
    const root = await changed();
    await writeFile(join(root, 'experiments/narrow.yaml'), 'set: { model.wide: false, model.noise: 2 }\n');
    const before = await pipe(root, ['diff', 'main', '-e', 'narrow', '--target', 'score', '--json']);
    expect((JSON.parse(before.stdout) as { parameters: unknown }).parameters).toEqual([
      { path: 'model.noise', before: 0, after: 2 },
      { path: 'seed', before: 1, after: 5 },
      { path: 'shown', after: [5] },
    ]);
    const beside = await pipe(root, ['diff', 'narrow', '--target', 'score', '--json']);
    expect((JSON.parse(beside.stdout) as { parameters: unknown }).parameters).toEqual([
      { path: 'model.noise', before: 2, after: 0 },
      { path: 'model.wide', before: false, after: true },
    ]);
  });

  it('says what it does not understand of an older configuration, and compares the rest', async () => {
    const root = await repository();
    await writeFile(join(root, 'pipeline.yaml'), `${pipeline}    speed: fast\n`);
    await commit(root);
    await writeFile(join(root, 'pipeline.yaml'), pipeline.replace('seed: 1', 'seed: 2'));
    const { stdout } = await pipe(root, ['diff']);
    expect(stdout).toMatch(
      /Not all of the configuration of HEAD is understood: pipeline\.yaml:\d+:\d+: [A-Z_]+ .*speed/,
    );
    expect(stdout).toMatch(/seed +1 +2/);
  });

  it('does not say that nothing changed against a configuration that it does not understand', async () => {
    const root = await repository();
    for (const words of [
      ['run', 'score', '-q'],
      ['record', 'score'],
    ])
      await pipe(root, words);
    await writeFile(join(root, 'pipeline.yaml'), `${pipeline}unfinished: [`);
    await commit(root);
    await writeFile(join(root, 'pipeline.yaml'), pipeline);
    const { stdout } = await pipe(root, ['diff']);
    expect(stdout).toContain('Not all of the configuration of HEAD is understood');
    expect(stdout).not.toMatch(/No (parameter|stage) changed/);
    const gate = await pipe(root, ['diff', '--gate']);
    expect([gate.code, gate.stdout]).toEqual([
      4,
      expect.stringContaining('The gate fails: not all of the configuration of HEAD is understood.'),
    ]);
    expect(gate.stdout).toMatch(/understood: pipeline\.yaml:11:14: YAML_[A-Z_]+ /);
  });

  it('cuts what nobody reads unless it is asked for', async () => {
    const root = await repository();
    await commit(root);
    const many = Array.from({ length: 60 }, (_, i) => `p${i}: 1`).join(', ');
    await writeFile(
      join(root, 'pipeline.yaml'),
      pipeline.replace('  seed: 1', `  seed: 1\n  many: { ${many} }`),
    );
    const cut = (await pipe(root, ['diff'])).stdout;
    expect(cut).toContain('20 more changed parameters left out: pipe diff --all shows them.');
    expect(cut.split('\n').length).toBeLessThan(60);
    expect((await pipe(root, ['diff', '--all'])).stdout).toContain('many.p59');
  });

  it('says of recorded results that their parameters are others than those declared beside them', async () => {
    const root = await flipped();
    await git(root, 'checkout', '--quiet', 'main', '--', 'pipeline.yaml');
    await flip(root);
    await commit(root);
    const { code, stdout } = await pipe(root, ['diff', 'narrow~0']);
    expect([code, stdout]).toEqual([
      4,
      expect.stringMatching(
        /Results are stale: those of narrow~0 [^]*recorded with model\.wide = true,\s+configured is false/,
      ),
    ]);
  });
});

describe('pipe compare', () => {
  it('puts experiments side by side with the best in bold', async () => {
    const root = await repository();
    for (const options of [[], ['-e', 'narrow']]) {
      await pipe(root, ['run', 'score', '-q', ...options]);
      await pipe(root, ['record', ...options]);
    }
    const { code, stdout } = await pipe(root, ['compare', 'default', 'narrow', '--format', 'markdown']);
    expect(code).toBe(0);
    expect(stdout).toContain('| model.wide | true    | false  |');
    expect(stdout).toContain('| train auc   | percent |  **80** | <ins>60</ins> |');
    expect(stdout).toContain('| train loss |      |  **20** | <ins>40</ins> |');
  });
});
