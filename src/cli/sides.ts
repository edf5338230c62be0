/** The two sides of a comparison: what is here now, and what a base has. */
import { loadConfiguration, type LoadedConfiguration } from '../config/configuration.ts';
import { declaredIn } from '../config/declared.ts';
import { canonicalText } from '../graph/encoding.ts';
import type { DeclaredSide } from '../report/differences/differences.ts';
import { leavesOf } from '../graph/leaves.ts';
import { findReference, readRecorded, recordPath, type Reference } from '../report/records/reference.ts';
import { withFilesAt } from '../report/records/revision.ts';
import { currentResults } from './current-results.ts';
import type { ConfigurationOptions } from './options.ts';
import { tell } from './output.ts';

/** What the store holds for this configuration, else what the work tree records; without results where there are none. */
export async function sideNow(options: ConfigurationOptions & { readonly target?: string }): Promise<{
  readonly root: string;
  readonly experiment: string;
  readonly target: string;
  readonly side: DeclaredSide;
}> {
  const { root, experiment, target, results, declared } = await currentResults(options.target, options);
  const known = { root, experiment, target };
  if (results !== undefined) return { ...known, side: { label: 'now', results, declared, remarks: [] } };
  const recorded = await readRecorded(root, experiment);
  if (recorded === undefined) {
    const remark = `There are no results of this configuration yet: pipe run ${target} makes them.`;
    return { ...known, side: { label: 'now', results: undefined, declared, remarks: [remark] } };
  }
  const label = recordPath(experiment);
  const others = otherParameters(recorded.parameters, leavesOf(declared.parameters));
  tell(
    `the store has no results for this configuration; ${label} is taken` +
      (others.length > 0 ? ', which was recorded with OTHER PARAMETERS' : ''),
  );
  return { ...known, side: { label, results: recorded, declared, remarks: [] } };
}

/** A revision is read as it is committed: its results, and its configuration without overrides of the command line. */
export async function sideBefore(root: string, base: string, experiment: string): Promise<DeclaredSide> {
  const reference = await findReference(root, base, experiment);
  const { label, results } = reference;
  if (reference.kind === 'file') return { label, results, declared: undefined, remarks: [] };
  const { configuration, diagnostics } = await configurationOf(root, reference);
  const declared = configuration === undefined ? undefined : declaredIn(configuration);
  return {
    label,
    results,
    declared,
    remarks: [...remarksOn(reference, declared), ...faultsOf(label, diagnostics)],
  };
}

async function configurationOf(
  root: string,
  reference: Exclude<Reference, { kind: 'file' }>,
): Promise<LoadedConfiguration> {
  const experiment = reference.experiment === 'default' ? undefined : reference.experiment;
  if (reference.kind === 'experiment') return loadConfiguration(root, { experiment });
  const paths = ['pipeline.yaml', 'schemas', `experiments/${reference.experiment}.yaml`];
  return withFilesAt(reference.revision, paths, (folder) => loadConfiguration(folder, { experiment }));
}

function remarksOn(
  { label, results }: Reference,
  declared: ReturnType<typeof declaredIn> | undefined,
): readonly string[] {
  if (results === undefined)
    return [`${label} has no recorded results of this experiment: no metric stands against one of it.`];
  if (declared === undefined) return [];
  const others = otherParameters(results.parameters, leavesOf(declared.parameters));
  if (others.length === 0) return [];
  const named = others.length > mostNamed ? [...others.slice(0, mostNamed), 'others'] : others;
  return [
    `The results of ${label} were recorded with other parameters than it declares: ${named.join(', ')}.`,
  ];
}

const mostNamed = 5;

/** Rules may have changed since: what is not understood of it now is said, and the rest compared. */
function faultsOf(label: string, diagnostics: LoadedConfiguration['diagnostics']): readonly string[] {
  const [first] = diagnostics;
  if (first === undefined) return [];
  const more = diagnostics.length === 1 ? '' : ` (and ${diagnostics.length - 1} more)`;
  return [`Not all of the configuration of ${label} is understood: ${first.code} ${first.message}${more}.`];
}

type Values = Parameters<typeof canonicalText>[0];

function otherParameters(
  recorded: Readonly<Record<string, Values>>,
  declared: Readonly<Record<string, Values>>,
): readonly string[] {
  const textOf = (value: Values | undefined): string => (value === undefined ? '' : canonicalText(value));
  return [...new Set([...Object.keys(recorded), ...Object.keys(declared)])]
    .filter((path) => textOf(recorded[path]) !== textOf(declared[path]))
    .toSorted();
}
