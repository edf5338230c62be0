/** What a command measured: values that are none, files that cannot be read, and the work behind them. */
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Manifest } from '../../src/store/manifest.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

/** Its stage counts how often it runs, writes a model, and copies `metrics.json` of the project to its output. */
const training = (metrics: string, declared = ''): Promise<string> =>
  temporaryProject({
    'package.json': '{ "type": "module" }',
    'metrics.json': metrics,
    'pipeline.yaml': `
stages:
  train:
    run: |
      echo ran >> artifacts/../runs.txt; echo weights > {{ output }}/model.bin; cp metrics.json {{ output }}/metrics.json
${declared}`,
  });

const runs = (root: string): number => readFileSync(join(root, 'runs.txt'), 'utf8').split('\n').length - 1;
/** The file that the failure names, relative to the project. */
const keptIn = (stderr: string): string =>
  /(\S+): METRICS?_\w+ .*the work is kept: mend this file/.exec(stderr)?.[1] ?? 'nothing is kept';

function manifestOf(root: string): Manifest {
  const folder = join(root, 'artifacts/train');
  const [key = ''] = readdirSync(folder);
  return JSON.parse(readFileSync(join(folder, key, 'manifest.json'), 'utf8')) as Manifest;
}

describe('a metric without a value', () => {
  it('ends the stage well, and every table has a dash for it', async () => {
    const root = await training('{"loss": NaN, "auc": null, "best": -Infinity, "eps": 1e-10, "epochs": 3}');
    expect(await pipe(root, ['run', 'train'])).toMatchObject({ code: 0 });
    const values = Object.fromEntries(manifestOf(root).metrics.map(({ name, value }) => [name, value]));
    expect(values).toEqual({ loss: null, auc: null, best: null, eps: 1e-10, epochs: 3 });
    const { stdout } = await pipe(root, ['show', 'train']);
    expect(stdout.split('\n').map((line) => line.trim().split(/ +/).slice(0, 2))).toEqual(
      expect.arrayContaining([
        ['loss', '–'],
        ['auc', '–'],
        ['best', '–'],
        ['eps', '1e-10'],
        ['epochs', '3'],
      ]),
    );
    expect((await pipe(root, ['show', 'train', '--format', 'markdown'])).stdout).toMatch(/\| loss +\| +– \|/);
    await pipe(root, ['record']);
    const record = readFileSync(join(root, 'experiments/default.results.json'), 'utf8');
    expect(record).toContain('{"name":"train loss","value":null,"direction":"none","unit":""}');
    expect((await pipe(root, ['compare', 'default'])).stdout).toMatch(/train loss +–\n/);
    expect((await pipe(root, ['report', 'train', '-o', 'report.html'])).code).toBe(0);
    expect(readFileSync(join(root, 'report.html'), 'utf8')).toMatch(
      /loss<\/th>\s*<td class="number">–<\/td>/,
    );
  });

  it('is told by a module as NaN', async () => {
    const root = await temporaryProject({
      'package.json': '{ "type": "module" }',
      'pipeline.yaml': 'stages:\n  train: { use: stages/train.js }\n',
      'stages/train.js': `export default { async run({ metric }) {
        metric({ name: 'loss', value: NaN, direction: 'lower', unit: 'nats' });
      } };`,
    });
    expect(await pipe(root, ['run', 'train'])).toMatchObject({ code: 0 });
    expect(manifestOf(root).metrics).toEqual([
      { name: 'loss', value: null, direction: 'lower', unit: 'nats' },
    ]);
  });

  it('leaves no mean over seeds', async () => {
    const root = await temporaryProject({
      'package.json': '{ "type": "module" }',
      'pipeline.yaml': `params: { seed: 1 }
stages:
  train:
    run: if [ {{ with.seed }} = 2 ]; then v=NaN; else v=1; fi; echo "{\\"loss\\":$v,\\"n\\":1}" > {{ output }}/metrics.json
    with: { seed: '\${seed}' }
`,
    });
    await pipe(root, ['run', 'train', '-q', '-S', 'seed=1,2,3']);
    await pipe(root, ['record', '-S', 'seed=1,2,3']);
    const record = readFileSync(join(root, 'experiments/default.results.json'), 'utf8');
    expect(record).toContain('{"name":"train loss","value":null,"direction":"none","unit":""}');
    expect(record).toContain('{"name":"train n","value":1,"deviation":0,"repetitions":3,');
    const { stdout } = await pipe(root, ['show', 'train', '-S', 'seed=1,2,3']);
    expect(stdout).toMatch(/loss +–/);
  });
});

describe('entries of metrics.json that are no numbers', () => {
  it('are left out, and the log says so', async () => {
    const root = await training('{"model": "resnet", "auc": 1, "early": true}');
    expect(await pipe(root, ['run', 'train'])).toMatchObject({ code: 0 });
    expect(manifestOf(root).metrics.map(({ name }) => name)).toEqual(['auc']);
    expect((await pipe(root, ['log', 'train'])).stdout).toContain(
      'no metrics, for they are no numbers: model (a text), early (true or false)',
    );
  });
});

describe('a file of metrics that cannot be read', () => {
  it.each([
    ['{"auc": ', 'METRIC_INVALID the file of metrics cannot be read'],
    [
      '{"auc": 1, "auc": 2}',
      'METRIC_INVALID the file of metrics cannot be read: the name "auc" is there twice',
    ],
    [
      '[{"name":"auc","value":0.9,"direction":"higher","unit":"1"},{"name":"auc","value":0.1,"direction":"higher","unit":"1"}]',
      'METRIC_INVALID the metric `auc` is there twice',
    ],
  ])(
    'keeps the work of the stage, which is adopted once the file is mended: %s',
    async (written, message) => {
      const root = await training(written);
      const failed = await pipe(root, ['run', 'train']);
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining(message)]);
      const place = keptIn(failed.stderr);
      expect(readFileSync(join(root, place, '../model.bin'), 'utf8')).toBe('weights\n');
      expect((await pipe(root, ['run', 'train'])).stderr).toContain(message);
      writeFileSync(join(root, place), '{"auc": 0.5}');
      const mended = await pipe(root, ['run', 'train']);
      expect([mended.code, runs(root)]).toEqual([0, 1]);
      expect(manifestOf(root).metrics).toEqual([{ name: 'auc', value: 0.5, direction: 'none', unit: '' }]);
      expect((await pipe(root, ['log', 'train'])).stdout).toContain(
        'metrics.json was written after the stage had ended',
      );
      expect(await pipe(root, ['verify'])).toMatchObject({ code: 0 });
    },
  );

  it('is adopted as it is once its declaration fits', async () => {
    const declared = '    metrics: { file: metrics.json, directions: { acuracy: higher } }\n';
    const root = await training('{"accuracy": 1}', declared);
    const failed = await pipe(root, ['run', 'train']);
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('written are: accuracy')]);
    const file = join(root, 'pipeline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('acuracy', 'accuracy'));
    expect(await pipe(root, ['run', 'train'])).toMatchObject({ code: 0 });
    expect(runs(root)).toBe(1);
    expect(manifestOf(root).metrics).toEqual([{ name: 'accuracy', value: 1, direction: 'higher', unit: '' }]);
  });

  it('is adopted where the declared file was another', async () => {
    const root = await training('{"accuracy": 1}', '    metrics: scores/all.json\n');
    const failed = await pipe(root, ['run', 'train']);
    expect(failed.stderr).toContain('METRICS_MISSING');
    expect(keptIn(failed.stderr)).toMatch(/\/files\/scores\/all\.json$/);
    const file = join(root, 'pipeline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('scores/all.json', 'metrics.json'));
    expect(await pipe(root, ['run', 'train'])).toMatchObject({ code: 0 });
    expect(runs(root)).toBe(1);
  });

  it('is a folder: the work is kept all the same', async () => {
    const root = await temporaryProject({
      'pipeline.yaml':
        'stages:\n  train: { run: "mkdir {{ output }}/metrics.json; touch {{ output }}/metrics.json/x" }\n',
    });
    const failed = await pipe(root, ['run', 'train']);
    expect([failed.code, failed.stderr]).toEqual([
      1,
      expect.stringContaining('METRIC_INVALID the file of metrics cannot be read: it is no file'),
    ]);
    expect(existsSync(join(root, keptIn(failed.stderr)))).toBe(true);
  });

  it('is adopted with nothing else changed: what somebody did to the model meanwhile is refused, and not thrown away', async () => {
    const root = await training('{"auc": ');
    const place = join(root, keptIn((await pipe(root, ['run', 'train'])).stderr));
    writeFileSync(place, '{"auc": 0.5}');
    appendFileSync(join(place, '../model.bin'), 'more\n');
    const altered = await pipe(root, ['run', 'train']);
    expect([altered.code, altered.stderr]).toEqual([1, expect.stringContaining('OUTPUT_ALTERED')]);
    expect(readFileSync(join(place, '../model.bin'), 'utf8')).toBe('weights\nmore\n');
  });

  it('is of no use to a stage whose command changed, which runs', async () => {
    const root = await training('{"auc": ');
    await pipe(root, ['run', 'train']);
    const file = join(root, 'pipeline.yaml');
    writeFileSync(join(root, 'metrics.json'), '{"auc": 1}');
    writeFileSync(file, readFileSync(file, 'utf8').replace('weights', 'others'));
    expect(await pipe(root, ['run', 'train'])).toMatchObject({ code: 0 });
    expect(runs(root)).toBe(2);
  });
});

describe('names of metrics', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])('may be %s', async (name) => {
    const root = await training(`{"${name}": 1}`);
    expect(await pipe(root, ['run', 'train'])).toMatchObject({ code: 0 });
    expect((await pipe(root, ['show', 'train'])).stdout).toMatch(new RegExp(`^${name} +1`, 'm'));
    await pipe(root, ['record']);
    expect((await pipe(root, ['compare', 'default'])).stdout).toContain(`train ${name}`);
  });
});
