/** Faults of a configuration that can be seen without knowing what will be run: in every stage, not those of a target alone. */
import type { Configuration } from '../config/configuration.ts';
import { resolve } from '../config/resolve.ts';
import { rootScope } from '../config/scope.ts';
import { noSweep } from '../config/sweep.ts';
import type { Diagnostic } from '../config/diagnostic.ts';
import { expand } from './expand.ts';

/**
 * `expanded`: the stages that an expansion without overrides or sweeps has told of already. `isFaulty`: something is known to be wrong.
 */
export function checkConfiguration(
  configuration: Configuration,
  expanded: ReadonlySet<string> = new Set(),
  isFaulty: boolean = false,
): readonly Diagnostic[] {
  const rings = ringsOf(configuration);
  const rest = [...configuration.stages.keys()].filter((stage) => !expanded.has(stage));
  if (rest.length === 0) return rings;
  const { diagnostics } = expand(
    { ...configuration, stages: unchecked(configuration), sweep: noSweep },
    rest,
    isFaulty,
  );
  // A value that is missing, or that a stage would not take, matters only to those who run that stage.
  return [...rings, ...diagnostics.filter(({ code }) => code !== 'PARAM_MISSING')];
}

/** Of references among parameters, whether any stage takes those or not. */
function ringsOf({ params }: Configuration): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  resolve(params, { scope: rootScope(params), diagnostics, reads: new Set(), open: [] });
  return diagnostics.filter(({ code }) => code === 'REFERENCE_CYCLE');
}

function unchecked({ stages }: Configuration): Configuration['stages'] {
  return new Map([...stages].map(([name, stage]) => [name, { ...stage, check: undefined }]));
}
