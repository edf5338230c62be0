/** `pipe diff [BASE]` */
import { FailureError } from '../failure.ts';
import { compareSides } from '../report/differences/differences.ts';
import { failuresOf, obstacles, readAllowances } from '../report/differences/gate.ts';
import { differenceTables } from '../report/differences/tables.ts';
import { findReference, missingIn } from '../report/records/reference.ts';
import type { TableFormat } from '../report/tables/formats.ts';
import { renderTables } from '../report/tables/render.ts';
import { coloursOf } from './colours.ts';
import { experimentName } from './current-results.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { notRun } from './planned-target.ts';
import { projectRoot } from './project-root.ts';
import { sideBefore, sideNow } from './sides.ts';
import { print, printJson, tell } from './output.ts';

export interface DiffOptions extends ConfigurationOptions {
  readonly target?: string;
  readonly md?: true;
  readonly json?: true;
  readonly all?: true;
  readonly gate?: true;
}

export async function diff(base = 'HEAD', options: DiffOptions): Promise<number> {
  const reference = await findReference(projectRoot(), base, experimentName(options));
  const { root, experiment, target, side } = await sideNow(options, reference.results?.target);
  const before = await sideBefore(root, reference, target, options);
  const gate = options.gate === true;
  if (gate && before.results === undefined) throw new FailureError(missingIn(before.label, experiment));
  const differences = compareSides(before, side, experiment);
  const failures = gate ? failuresOf(differences, await readAllowances(root)) : [];
  if (options.json === true) {
    const refused = failures.map(({ name }) => name);
    printJson({ ...differences, ...(gate ? { refused } : {}) }, 2);
  } else {
    const format: TableFormat = options.md === true ? 'markdown' : 'terminal';
    const file = differenceTables(differences, { all: options.all === true, failures, gate });
    print(renderTables(file, format, coloursOf(process.stdout)).trimEnd());
  }
  if (side.results === undefined) {
    tell(notRun(target).message);
    return exitCode.workToDo;
  }
  if (differences.stale.length > 0 || (gate && obstacles(differences).length > 0)) return exitCode.workToDo;
  return failures.length > 0 ? exitCode.gateFailed : exitCode.ok;
}
