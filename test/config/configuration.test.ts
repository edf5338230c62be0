import { describe, expect, it } from 'vitest';

import { loadConfiguration, type ConfigurationRequest } from '../../src/config/configuration.ts';
import { arrange, failureOf } from '../../src/config/diagnostic.ts';
import { toJson } from '../../src/config/located.ts';
import type { Json } from '../../src/json.ts';
import { axesOf, noSweep } from '../../src/config/sweep.ts';
import { temporaryProject } from '../temporary-project.ts';

const pipeline = `
params:
  seed: 1
  data: { photos: ../photos, points: null }
  train: { epochs: 7, loss: { exif: true, pixels: true }, rates: [1, 2] }
stages:
  train: { use: stages/train.ts, with: "\${train}", inputs: { photos: "\${data.photos}" } }
`;

async function load(
  request: ConfigurationRequest,
  experiments: Record<string, string> = {},
  text = pipeline,
) {
  const files = Object.entries(experiments).map(([name, content]) => [`experiments/${name}.yaml`, content]);
  const root = await temporaryProject({ 'pipeline.yaml': text, ...Object.fromEntries(files) });
  const { configuration, diagnostics } = await loadConfiguration(root, request);
  return {
    params: configuration === undefined ? undefined : (toJson(configuration.params) as Record<string, Json>),
    sweeps: axesOf(configuration?.sweep ?? noSweep).map(({ path, values }) => [path, values.map(toJson)]),
    faults: arrange(diagnostics)
      .map(failureOf)
      .map(({ code, place }) => `${place ?? '-'} ${code}`),
    nearest: diagnostics.map(({ nearest }) => nearest),
  };
}

describe('overrides', () => {
  it('of the command line lie on those of the experiment, and these on the defaults', async () => {
    const { params, faults } = await load(
      { experiment: 'long', overrides: ['train.epochs=30', 'train.loss={ pixels: false }'] },
      { long: 'set:\n  train: { epochs: 20, rates: [3] }\n  train.loss.exif: false\n' },
    );
    expect(faults).toEqual([]);
    expect(params?.['train']).toEqual({ epochs: 30, loss: { exif: false, pixels: false }, rates: [3] });
  });

  it('of an unknown parameter are refused with the nearest name', async () => {
    const { faults, nearest } = await load({ overrides: ['train.epoch=3', 'seeds=2'] });
    expect(faults).toEqual(['-S train.epoch=3 PARAM_UNKNOWN', '-S seeds=2 PARAM_UNKNOWN']);
    expect(nearest).toEqual(['train.epochs', 'seed']);
  });

  it('of what stands in the with: of a stage are answered with how to make it a parameter', async () => {
    const text = `${pipeline}  brightness: { run: "true", with: { percentile: 50 } }\n`;
    for (const values of ['10', '10,20']) {
      const root = await temporaryProject({ 'pipeline.yaml': text });
      const { diagnostics } = await loadConfiguration(root, {
        overrides: [`brightness.percentile=${values}`],
      });
      expect(diagnostics.map(({ code, nearest, remedy }) => [code, nearest, remedy])).toEqual([
        [
          'PARAM_UNKNOWN',
          undefined,
          'stage brightness has percentile in its `with:`: make it a parameter, percentile: "${brightness.percentile}"',
        ],
      ]);
    }
  });

  it('of a parameter that lies deeper in its group are answered with that', async () => {
    const { nearest } = await load({ overrides: ['train.exif=3'] });
    expect(nearest).toEqual(['train.loss.exif']);
  });

  it('that sweep a parameter twice, with -S and with --sweep or --seeds, are refused', async () => {
    const { faults } = await load({ overrides: ['seed=1,2'], sweeps: ['{ seeds: 2 }'] });
    expect(faults).toEqual(['--sweep { seeds: 2 } SWEEP_TWICE']);
    const { sweeps } = await load({ overrides: ['seed=5'], sweeps: ['{ seeds: 2 }'] });
    expect(sweeps).toEqual([['seed', [5, 6]]]);
  });

  it('do not replace a group by a value, nor a value by a group', async () => {
    const { faults } = await load({ overrides: ['train.loss=3', 'train.epochs={ first: 1 }'] });
    expect(faults).toEqual(['-S train.loss=3 PARAM_KIND', '-S train.epochs={ first: 1 } PARAM_KIND']);
  });

  it('replace an input whole', async () => {
    const { params } = await load({
      overrides: ['data.photos={ path: ../more }', 'data.points={ from: train/points }'],
    });
    expect(params?.['data']).toEqual({ photos: { path: '../more' }, points: { from: 'train/points' } });
  });

  it('with several values make a grid, with one value take the place of a sweep', async () => {
    const experiments = { grid: 'sweep: { train.epochs: [1, 2], seed: [3, 4] }\n' };
    const { sweeps } = await load(
      { experiment: 'grid', overrides: ['train.rates=[1],[2]', 'seed=5'] },
      experiments,
    );
    expect(sweeps).toEqual([
      ['train.epochs', [1, 2]],
      ['train.rates', [[1], [2]]],
    ]);
  });

  it('that make more points than can be run are refused', async () => {
    const many = Array.from({ length: 400 }, (_, index) => index).join(',');
    const { faults } = await load({ overrides: [`seed=${many}`, `train.epochs=${many}`] });
    expect(faults.map((fault) => fault.split(' ').at(-1))).toEqual(['SWEEP_TOO_LARGE']);
  });
});

describe('an experiment', () => {
  it('may add a parameter that something refers to, and no other', async () => {
    const { params, faults, nearest } = await load(
      { experiment: 'photos', overrides: ['data.root=../here'] },
      {
        photos:
          'set:\n  data: { root: null, photos: { path: "${data.root}/exif" } }\n  train: { epoch: 2 }\n',
      },
    );
    expect(params?.['data']).toMatchObject({ root: '../here' });
    expect(faults).toEqual(['experiments/photos.yaml:3:12 PARAM_UNKNOWN']);
    expect(nearest).toEqual(['train.epochs']);
  });

  it('that does not exist is told with those that do', async () => {
    const { faults, nearest } = await load(
      { experiment: 'smok' },
      { smoke: 'set: {}\n', paper: 'set: {}\n' },
    );
    expect(faults).toEqual(['- EXPERIMENT_UNKNOWN']);
    expect(nearest).toEqual(['smoke']);
  });

  it('cannot be a file elsewhere', async () => {
    expect((await load({ experiment: '../pipeline' })).faults).toEqual(['- EXPERIMENT_UNKNOWN']);
  });
});

describe('faults of the file', () => {
  it('are all reported, each at its place', async () => {
    const text = `
params: { 9lives: 1 }
stages:
  train:
    use: stages/train.ts
    run: echo
    imputs: {}
  gmm:
    use: [stages/gmm.ts]
    resources: { cpu: some }
    environment: [A-B]
  bad name: { run: "true" }
extra: 1
`;
    expect((await load({ overrides: ['nothing'] }, {}, text)).faults).toEqual([
      'pipeline.yaml:2:11 SCHEMA_NAME',
      'pipeline.yaml:5:5 SCHEMA_CHOICE',
      'pipeline.yaml:7:5 SCHEMA_KEY_UNKNOWN',
      'pipeline.yaml:9:10 SCHEMA_TYPE',
      'pipeline.yaml:10:23 SCHEMA_ENUM',
      'pipeline.yaml:11:19 SCHEMA_PATTERN',
      'pipeline.yaml:12:3 SCHEMA_NAME',
      'pipeline.yaml:13:1 SCHEMA_KEY_UNKNOWN',
      '-S nothing OVERRIDE_SYNTAX',
    ]);
  });

  it('are told once where a key is misspelt that must be there', async () => {
    const stage = 'train: { run: "true" }';
    expect((await load({}, {}, `stage:\n  ${stage}\n`)).faults).toEqual([
      'pipeline.yaml:1:1 SCHEMA_KEY_UNKNOWN',
    ]);
    expect((await load({}, {}, `nothing: 1\n`)).faults).toEqual([
      'pipeline.yaml:1:1 SCHEMA_KEY_MISSING',
      'pipeline.yaml:1:1 SCHEMA_KEY_UNKNOWN',
    ]);
  });

  it('may be names that cannot stand beside one another in the store', async () => {
    const text = 'stages:\n  gmm: { run: "true" }\n  GMM: { run: "true" }\n  runs: { run: "true" }\n';
    expect((await load({}, {}, text)).faults).toEqual([
      'pipeline.yaml:3:3 STAGE_NAME_CLASH',
      'pipeline.yaml:4:3 STAGE_NAME_RESERVED',
    ]);
  });

  it('end the reading of bombs: aliases that multiply, files above 10 MB', async () => {
    const aliases = Array.from({ length: 9 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'
        : `a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`,
    );
    expect((await load({}, {}, aliases.join('\n'))).faults).toEqual([expect.stringMatching(/YAML_ALIASES$/)]);
    expect((await load({}, {}, `${pipeline}#${' '.repeat(10_000_000)}`)).faults).toEqual([
      '- FILE_TOO_LARGE',
    ]);
  });

  it('that is no mapping at all is a fault too', async () => {
    expect((await load({}, {}, '- 1\n')).faults).toEqual(['pipeline.yaml:1:1 SCHEMA_TYPE']);
    expect((await load({}, {}, '')).faults).toEqual(['pipeline.yaml:1:1 SCHEMA_TYPE']);
  });
});

describe('a schema of a stage', () => {
  it('says which parameters cannot change the result', async () => {
    const schema = {
      properties: { workers: { effort: true }, epochs: {}, group: { properties: { x: { effort: true } } } },
    };
    const root = await temporaryProject({
      'pipeline.yaml': pipeline,
      'schemas/stages/train.schema.json': JSON.stringify(schema),
    });
    const { configuration } = await loadConfiguration(root, {});
    expect(configuration?.stages.get('train')?.effort).toEqual(['workers']);
  });

  it('names the probes that settle parameters for the machine', async () => {
    const schema = { properties: { backend: { settledBy: 'probes/backend.ts' }, epochs: {} } };
    const root = await temporaryProject({
      'pipeline.yaml': pipeline,
      'schemas/stages/train.schema.json': JSON.stringify(schema),
    });
    const { configuration } = await loadConfiguration(root, {});
    expect(configuration?.stages.get('train')?.probes).toEqual({ backend: 'probes/backend.ts' });
  });
});
