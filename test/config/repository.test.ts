import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadConfiguration } from '../../src/config/configuration.ts';
import { describeDiagnostic } from '../../src/config/diagnostic.ts';
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
});
