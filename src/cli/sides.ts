/** The two sides of a comparison: what is here now, and what a base has. */
import { loadConfiguration, type LoadedConfiguration } from '../config/configuration.ts';
import { describeOrigin } from '../config/source.ts';
import { declaredIn, type Declared } from '../config/declared.ts';
import type { DeclaredSide } from '../report/differences/differences.ts';
import type { FailedRun } from '../report/records/failed-run.ts';
import { readRecorded, recordPath, type Reference } from '../report/records/reference.ts';
import { switchTo, withFilesAt } from '../report/records/revision.ts';
import { areOf, mismatches, type Configured, type Stale } from '../report/records/staleness.ts';
import type { Results } from '../report/records/results.ts';
import { shellWord } from '../shell-word.ts';
import { currentResults } from './current-results.ts';
import type { ConfigurationOptions } from './options.ts';
import { tell } from './output.ts';

export interface SideNow {
  readonly root: string;
  readonly experiment: string;
  readonly target: string;
  readonly side: DeclaredSide;
  /** What failed when the target ran last, where it has no results since. */
  readonly failed: FailedRun | undefined;
}

/**
 * What the store holds for this configuration, else what the work tree records, which may be stale; without results where
 * there are none. `elsewhere` is the target where neither the command line nor the record of the work tree names one.
 */
export async function sideNow(
  options: ConfigurationOptions & { readonly target?: string },
  elsewhere?: string,
): Promise<SideNow> {
  const current = await currentResults(options.target, options, elsewhere);
  const { root, experiment, target, results, declared, failed } = current;
  const known = { root, experiment, target, failed };
  if (results !== undefined) return { ...known, side: { label: 'now', results, declared, remarks: [] } };
  const recorded = await readRecorded(root, experiment);
  if (recorded === undefined) {
    const remark = `There are no results of this configuration yet: pipe run ${shellWord(target)} makes them.`;
    return { ...known, side: { label: 'now', results: undefined, declared, remarks: [remark] } };
  }
  const label = recordPath(experiment);
  tell(`the store has no results for this configuration; ${label} is taken`);
  const stages = await current.stages();
  const stale = staleness(label, recorded, { target, declared, stages }, remedyFor(target, options));
  return { ...known, side: { label, results: recorded, declared, stale, remarks: [] } };
}

function staleness(
  label: string,
  results: Results,
  configured: Configured,
  remedy: string,
): Stale | undefined {
  const found = mismatches(results, configured);
  return found.length === 0 ? undefined : { label, mismatches: found, remedy };
}

/** `pipe run ablations -e smoke && pipe record ablations -e smoke`. */
function remedyFor(
  target: string,
  { experiment, set = [], sweep = [] }: Partial<ConfigurationOptions>,
): string {
  const options = [
    ...(experiment === undefined ? [] : ['-e', experiment]),
    ...set.flatMap((text) => ['-S', text]),
    ...sweep.flatMap((text) => ['--sweep', text]),
  ];
  const words = [target, ...options].map(shellWord).join(' ');
  return `pipe run ${words} && pipe record ${words}`;
}

/**
 * A revision is read as it is committed: its results, and its configuration. That is compared without the overrides of the
 * command line, unless its results were recorded with them.
 */
export async function sideBefore(
  root: string,
  reference: Reference,
  target: string,
  options: ConfigurationOptions,
): Promise<DeclaredSide> {
  const { label, results } = reference;
  if (reference.kind === 'file') return { label, results, declared: undefined, remarks: [] };
  const { configuration, diagnostics } = await configurationOf(root, reference, []);
  const plain = configuration === undefined ? undefined : declaredIn(configuration);
  const own = ownTarget(target, results, plain);
  const remarks = [
    ...(own === target ? [] : [`${label} has no stage ${target}; its results are those of ${own}.`]),
    ...(results === undefined
      ? [`${label} has no recorded results of this experiment: no metric stands against one of it.`]
      : []),
    ...faultsOf(label, diagnostics),
  ];
  const known = { label, results, remarks, isPartial: diagnostics.length > 0 };
  if (plain === undefined || results === undefined) return { ...known, declared: plain };
  const where = reference.kind === 'revision' ? `${await switchTo(reference.revision)} && ` : '';
  const { experiment } = reference;
  const remedy = `${where}${remedyFor(own, experiment === 'default' ? {} : { experiment })}`;
  const stale = staleness(label, results, { target: own, declared: plain }, remedy);
  if (stale === undefined) return { ...known, declared: plain };
  const overridden = await withOverrides(root, reference, options);
  const fits = overridden !== undefined && areOf(results, { target: own, declared: overridden });
  return fits ? { ...known, declared: overridden } : { ...known, declared: plain, stale };
}

/** Of a base: a stage may have had another name there, which its results are of. */
function ownTarget(target: string, results: Results | undefined, declared: Declared | undefined): string {
  const known = (name: string): boolean => declared !== undefined && Object.hasOwn(declared.stages, name);
  return results !== undefined && known(results.target) && !known(target) ? results.target : target;
}

async function withOverrides(
  root: string,
  reference: Exclude<Reference, { kind: 'file' }>,
  { set, sweep = [] }: ConfigurationOptions,
): Promise<Declared | undefined> {
  if (set.length === 0 && sweep.length === 0) return undefined;
  const { configuration, diagnostics } = await configurationOf(root, reference, set, sweep);
  return configuration === undefined || diagnostics.length > 0 ? undefined : declaredIn(configuration);
}

async function configurationOf(
  root: string,
  reference: Exclude<Reference, { kind: 'file' }>,
  overrides: readonly string[],
  sweeps: readonly string[] = [],
): Promise<LoadedConfiguration> {
  const experiment = reference.experiment === 'default' ? undefined : reference.experiment;
  const request = { experiment, overrides, sweeps };
  if (reference.kind === 'experiment') return loadConfiguration(root, request);
  const paths = ['pipeline.yaml', 'schemas', `experiments/${reference.experiment}.yaml`];
  return withFilesAt(reference.revision, paths, (folder) => loadConfiguration(folder, request));
}

/** Rules may have changed since: what is not understood of it now is said, and the rest compared. */
function faultsOf(label: string, diagnostics: LoadedConfiguration['diagnostics']): readonly string[] {
  const [first] = diagnostics;
  if (first === undefined) return [];
  const more = diagnostics.length === 1 ? '' : ` (and ${diagnostics.length - 1} more)`;
  const place = first.origin === undefined ? '' : `${describeOrigin(first.origin)}: `;
  return [
    `Not all of the configuration of ${label} is understood: ${place}${first.code} ${first.message}${more}.`,
  ];
}
