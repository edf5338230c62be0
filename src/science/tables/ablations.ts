/** All tables of the paper that are reproduced, as Markdown for people, JSON and CSV for programs. */
import { stringify } from 'csv-stringify/sync';
import { componentsTable } from './components-table.ts';
import { list } from './evaluation-page.ts';
import { featureTable, mainTable } from './generator-tables.ts';
import { lossTable } from './loss-table.ts';
import { pretrainingTable } from './pretraining-table.ts';
import type { AblationResults } from './results.ts';
import { simulatedRemarks, simulatedWarning } from './simulated.ts';
import { metricsRemark, renderTable, tablesFile, type Table } from './table.ts';

const pageTitle = "Results beside the paper's (arXiv 2501.02207)";

export interface TableFiles {
  readonly markdown: string;
  readonly json: string;
  readonly csv: string;
}

export function ablationTables(results: AblationResults): TableFiles {
  const { heldOut, simulated } = results;
  const tables: Table[] = [
    lossTable(results),
    componentsTable(results),
    mainTable(results),
    featureTable(results),
    ...(heldOut === undefined ? [] : [pretrainingTable(heldOut, simulated)]),
  ];
  return {
    markdown: markdownOf(tables, remarksOf(results), simulated),
    json: tablesFile({ title: pageTitle, remarks: remarksOf(results), simulated }, tables),
    csv: stringify(
      tables.flatMap(({ records }) => records),
      { header: true, cast: { boolean: String } },
    ),
  };
}

function markdownOf(tables: readonly Table[], remarks: readonly string[], simulated: boolean): string {
  const parts = [
    `# ${simulated ? `Simulated: ${pageTitle.replace('R', 'r')}` : pageTitle}`,
    ...(simulated ? [`**${simulatedWarning}**`] : []),
    ...tables.map((table) => renderTable(table, simulated)),
    '## To be read with these tables',
    list(remarks),
  ];
  return `${parts.join('\n\n')}\n`;
}

function remarksOf({ heldOut, both, simulated }: AblationResults): string[] {
  const { withoutImages } = both;
  return [
    metricsRemark,
    "diff.: ours less the paper's, in points. The paper's systems that were not run here are in tables.json and tables.csv only.",
    ...(withoutImages.length === 0
      ? []
      : [`Without a usable image, and in no table: ${withoutImages.join(', ')}.`]),
    ...(heldOut === undefined
      ? ['No photographs were held out of pretraining, so nothing is said of the ranking.']
      : []),
    ...(simulated ? simulatedRemarks : []),
  ];
}
