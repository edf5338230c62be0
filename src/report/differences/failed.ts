/** A run that failed, as tables: what takes the place of results that are valid no more. */
import type { Table, TablesFile } from '../../tables.ts';
import type { FailedNode, FailedRun } from '../records/failed-run.ts';

export function failedPage(experiment: string, { commit, failures }: FailedRun): TablesFile {
  const at = commit === null ? '' : ` at ${commit.slice(0, 7)}`;
  const [first] = failures;
  const why =
    first === undefined ? 'it ended without results' : `${first.node}, ${first.code} ${first.message}`;
  return {
    format: 1,
    title: `${experiment}: the run failed${at}`,
    marks: [],
    warning: `Run failed${at}: ${why}. There are no results of this configuration.`,
    remarks: [],
    tables: failures.length === 0 ? [] : [failureTable(failures), ...failures.flatMap(logTable)],
  };
}

const failureTable = (failures: readonly FailedNode[]): Table => ({
  name: 'failures',
  title: 'What failed',
  caption: '',
  records: [],
  columns: [
    column('Node', failures, ({ node }) => node),
    column('Code', failures, ({ code }) => code),
    column('What', failures, ({ message, place }) =>
      place === undefined ? message : `${place}: ${message}`,
    ),
    column('What to do', failures, ({ remedy }) => remedy ?? ''),
  ],
});

function logTable({ node, log }: FailedNode, at: number): readonly Table[] {
  if (log.length === 0) return [];
  const title = `End of the log of ${node}`;
  return [
    { name: `log-${at}`, title, caption: '', records: [], columns: [column('Line', log, (line) => line)] },
  ];
}

const column = <Row>(header: string, rows: readonly Row[], of: (row: Row) => string) =>
  ({ kind: 'text', header, cells: rows.map(of) }) as const;
