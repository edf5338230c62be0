import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadConfiguration } from '../../src/config/configuration.ts';
import { arrange, describeDiagnostic } from '../../src/config/diagnostic.ts';
import { checkConfiguration } from '../../src/graph/check.ts';
import { expand } from '../../src/graph/expand.ts';

const repository = join(import.meta.dirname, '../..');
const experiments = (await readdir(join(repository, 'experiments')))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

describe("this repository's pipeline.yaml", () => {
  it.each([undefined, ...experiments])('has no faults with the experiment %s', async (experiment) => {
    const { configuration, diagnostics } = await loadConfiguration(repository, { experiment });
    const faults = configuration === undefined ? [] : checkConfiguration(configuration);
    expect([...diagnostics, ...faults].map(describeDiagnostic)).toEqual([]);
  });

  it('gives every stage parameters that its schema takes', async () => {
    const { configuration } = await loadConfiguration(repository);
    if (configuration === undefined) throw new Error('it cannot be read');
    const { diagnostics } = expand(configuration, [...configuration.stages.keys()]);
    expect(diagnostics.map(describeDiagnostic)).toEqual([]);
  });

  it('can plan the ablations whatever losses the configuration sets', async () => {
    const settings = [['exif=false'], ['manipulation=false'], ['exif=false', 'manipulation=true']];
    for (const setting of settings)
      expect(
        await faultsOf(
          'ablations',
          setting.map((each) => `pretrain.loss.${each}`),
        ),
      ).toEqual([]);
  });

  it.each([
    [
      ['loss.exif=false', 'loss.manipulation=false'],
      'SCHEMA_CHOICE loss in the parameters of stage pretrain is',
    ],
    [['heldOut=0', 'measure.patience=3'], 'SCHEMA_RANGE heldOut in the parameters of stage pretrain is 0'],
    [
      ['shards=3'],
      'SCHEMA_RANGE shards in the parameters of stage pretrain is 3, expected a divisor of batch',
    ],
    [
      ['microBatch=7'],
      'SCHEMA_RANGE microBatch in the parameters of stage pretrain is 7, expected a divisor of batch / shards',
    ],
    [['shards=4', 'microBatch=32'], 'SCHEMA_RANGE microBatch'],
    [['engine=tfjs', 'microBatch=16'], 'SCHEMA_TYPE microBatch'],
  ])('refuses in the plan what pretraining would refuse: %j', async (settings, message) => {
    const faults = await faultsOf(
      'pretrain',
      settings.map((setting) => `pretrain.${setting}`),
    );
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });

  it('takes an untrained network without losses', async () => {
    const settings = ['epochs=0', 'loss.exif=false', 'loss.manipulation=false'];
    expect(
      await faultsOf(
        'pretrain',
        settings.map((setting) => `pretrain.${setting}`),
      ),
    ).toEqual([]);
  });
});

async function faultsOf(target: string, overrides: readonly string[]): Promise<readonly string[]> {
  const { configuration, diagnostics } = await loadConfiguration(repository, { overrides });
  if (configuration === undefined) throw new Error('it cannot be read');
  return arrange([...diagnostics, ...expand(configuration, [target]).diagnostics]).map(describeDiagnostic);
}
