/** `pipe compare A B C` */
import { comparisonTables } from '../report/differences/compare.ts';
import type { Side } from '../report/differences/differences.ts';
import { findResults } from '../report/records/reference.ts';
import type { TableFormat } from '../report/tables/formats.ts';
import { renderTables } from '../report/tables/render.ts';
import { coloursOf } from './colours.ts';
import { exitCode } from './exit-code.ts';
import { projectRoot } from './project-root.ts';
import { print } from './output.ts';

export async function compare(
  references: readonly string[],
  { format, experiment = 'default' }: { readonly format: TableFormat; readonly experiment?: string },
): Promise<number> {
  const root = projectRoot();
  const sides: Side[] = [];
  for (const reference of references) sides.push(await findResults(root, reference, experiment));
  print(renderTables(comparisonTables(sides), format, coloursOf(process.stdout)).trimEnd());
  return exitCode.ok;
}
