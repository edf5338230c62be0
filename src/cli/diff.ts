/** `pipe diff [BASE]` */
import { compareResults, type Side } from '../report/differences/differences.ts';
import { failuresOf, readAllowances } from '../report/differences/gate.ts';
import { differenceTables } from '../report/differences/tables.ts';
import { findResults, readRecorded, recordPath } from '../report/records/reference.ts';
import type { TableFormat } from '../report/tables/formats.ts';
import { renderTables } from '../report/tables/render.ts';
import { coloursOf } from './colours.ts';
import { currentResults } from './current-results.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { notRun } from './planned-target.ts';

export interface DiffOptions extends ConfigurationOptions {
  readonly target?: string;
  readonly md?: true;
  readonly json?: true;
  readonly all?: true;
  readonly gate?: true;
}

export async function diff(base = 'HEAD', options: DiffOptions): Promise<number> {
  const now = await sideNow(options);
  if (now === undefined) return exitCode.workToDo;
  const before = await findResults(now.root, base, now.side.results.experiment);
  const differences = compareResults(before, now.side);
  const failures = options.gate === true ? failuresOf(differences, await readAllowances(now.root)) : [];
  if (options.json === true) {
    const refused = failures.map(({ name }) => name);
    console.log(JSON.stringify({ ...differences, ...(options.gate === true ? { refused } : {}) }, null, 2));
  } else {
    const format: TableFormat = options.md === true ? 'markdown' : 'terminal';
    const file = differenceTables(differences, { all: options.all === true, failures });
    console.log(renderTables(file, format, coloursOf(process.stdout)).trimEnd());
  }
  return failures.length > 0 ? exitCode.gateFailed : exitCode.ok;
}

/** What the store holds for this configuration, else what the work tree records. */
export async function sideNow(
  options: ConfigurationOptions & { readonly target?: string },
): Promise<{ readonly root: string; readonly side: Side } | undefined> {
  const { root, experiment, target, results, parameters } = await currentResults(options.target, options);
  if (results !== undefined) return { root, side: { label: 'now', results } };
  const recorded = await readRecorded(root, experiment);
  if (recorded === undefined) {
    console.error(notRun(target).message);
    return undefined;
  }
  const place = recordPath(experiment);
  const stale = JSON.stringify(recorded.parameters) !== JSON.stringify(sorted(parameters));
  console.error(
    `the store has no results for this configuration; ${place} is taken` +
      (stale ? ', which was recorded with OTHER PARAMETERS' : ''),
  );
  return { root, side: { label: place, results: recorded } };
}

const sorted = (values: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1)));
