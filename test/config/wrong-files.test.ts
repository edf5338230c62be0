import leven from 'leven';
import { describe, expect, it, vi } from 'vitest';

import { wrongFiles } from '../../bench/config/wrong-files.ts';
import { ConfigurationError } from '../../src/cli/configuration-error.ts';
import { loadConfiguration } from '../../src/config/configuration.ts';
import { describeDiagnostic, type Diagnostic } from '../../src/config/diagnostic.ts';
import { checkActions, checkPaths } from '../../src/config/files.ts';
import { checkConfiguration } from '../../src/graph/check.ts';
import { expand } from '../../src/graph/expand.ts';
import { temporaryProject } from '../temporary-project.ts';

vi.mock('leven', async (load) => {
  const original = await load<{ default: typeof leven }>();
  return { ...original, default: vi.fn<typeof leven>(original.default) };
});

/** What is right, or wrong in a way that only a run would see. */
const harmless = new Set([
  'a key as long as the file',
  'words of a command',
  'a placeholder a thousand times',
  'an override of many values',
]);

describe('a configuration that is wrong wherever it can be', () => {
  it.each(Object.entries(wrongFiles(30_000)))(
    'is told in at most 100 errors of bounded length: %s',
    async (name, make) => {
      const { text, options = [], experiment } = make();
      const root = await temporaryProject({
        'pipeline.yaml': text,
        ...(experiment === undefined ? {} : { 'experiments/e.yaml': experiment }),
      });
      vi.mocked(leven).mockClear();
      const faults = await faultsOf(root, options, experiment === undefined ? undefined : 'e');
      const { diagnostics } = new ConfigurationError(faults);
      const told = diagnostics.map(describeDiagnostic);
      expect(told.length).toBeLessThanOrEqual(100);
      expect(told.length > 0 || harmless.has(name)).toBe(true);
      expect(Math.max(0, ...told.map(({ length }) => length))).toBeLessThan(5000);
      // A search for each error that is told, through a bounded number of names, and none for the others.
      expect(vi.mocked(leven).mock.calls.length).toBeLessThan(100 * 20_000);
    },
  );
});

async function faultsOf(
  root: string,
  options: readonly string[],
  experiment: string | undefined,
): Promise<readonly Diagnostic[]> {
  const texts = (option: string): readonly string[] =>
    options.filter((_, index) => options[index - 1] === option);
  const request = { experiment, overrides: texts('-S'), sweeps: texts('--sweep') };
  const { configuration, diagnostics } = await loadConfiguration(root, request);
  if (configuration === undefined) return diagnostics;
  const { diagnostics: others, paths, expanded } = expand(configuration, ['s']);
  return [
    ...diagnostics,
    ...checkConfiguration(configuration, expanded),
    ...others,
    ...(await checkPaths(root, paths)),
    ...(await checkActions(root, configuration.stages.values())),
  ];
}
