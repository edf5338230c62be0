import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';

import { combineTables } from '../../../src/report/tables/combine.ts';
import { tableFormats } from '../../../src/report/tables/formats.ts';
import { metricsTable } from '../../../src/report/tables/metrics-table.ts';
import { parseTables } from '../../../src/report/tables/read.ts';
import { renderTables } from '../../../src/report/tables/render.ts';
import type { Column, Table } from '../../../src/tables.ts';
import { bridges } from './examples.ts';

const plain = new Chalk({ level: 0 });
const coloured = new Chalk({ level: 1 });

describe('tables', () => {
  it('of an artifact without metrics say so, and have no table of nothing', () => {
    const page = renderTables(metricsTable('scan', [], []), 'terminal', plain);
    expect(page.trim()).toBe('scan\n\n- No metrics were reported.');
  });

  it('print on a terminal in aligned columns', () => {
    expect(renderTables(bridges(), 'terminal', plain)).toBe(`Simulated: Bridges

Simulated: no bridge was crossed.

Simulated: Loads_1
At noon & later.

Bridge     Load  printed  diff.  Sway  Cars
─────────  ────  ───────  ─────  ────  ────
old|stone  72.0    70.25   +1.8   3.0    10
steel      75.0    80.00   -5.0   1.0    20
rope       71.0                   2.0    30

Simulated: Spans

Cars  Strength
────  ────────
  10       1.0
  20       3.0
  30       2.0

- Loads are in 100 % of the limit.
`);
  });

  it('show the best in bold and the second underlined on a terminal', () => {
    const text = renderTables(bridges(), 'terminal', coloured);
    expect(text).toContain('\u001b[1m75.0\u001b[22m');
    expect(text).toContain('\u001b[4m72.0\u001b[24m');
    expect(text).toContain('\u001b[1m1.0\u001b[22m');
    expect(text).not.toContain('\u001b[1m71.0');
  });

  it('let no control character of a file through to the terminal', () => {
    const file = { ...bridges(), title: 'a\u001b[2Jb' };
    expect(renderTables(file, 'terminal', plain).split('\n')[0]).toBe('Simulated: a\\x1b[2Jb');
  });

  it('stand in Markdown with the best bold, the second underlined, and a sparkline of a curve', () => {
    expect(renderTables(bridges(), 'markdown', plain)).toBe(`# Simulated: Bridges

**Simulated: no bridge was crossed.**

## Simulated: Loads\\_1

At noon &amp; later.

| Bridge     |            Load | printed | diff. |           Sway | Cars |
| :--------- | --------------: | ------: | ----: | -------------: | ---: |
| old\\|stone | <ins>72.0</ins> |   70.25 |  +1.8 |            3.0 |   10 |
| steel      |        **75.0** |   80.00 |  -5.0 |        **1.0** |   20 |
| rope       |            71.0 |         |       | <ins>2.0</ins> |   30 |

## Simulated: Spans

| Cars |       Strength |
| ---: | -------------: |
|   10 |            1.0 |
|   20 |        **3.0** |
|   30 | <ins>2.0</ins> |

Over Cars: Strength ▁█▅

- Loads are in 100 % of the limit.
`);
  });

  it('stand in LaTeX with booktabs and nothing unescaped', () => {
    expect(renderTables(bridges(), 'latex', plain)).toBe(`% \\usepackage{booktabs}
% Simulated: Bridges
% Simulated: no bridge was crossed.

\\begin{table}[t]
\\centering
\\setlength{\\belowcaptionskip}{6pt}
\\caption{\\textbf{Simulated:} Loads\\_1. At noon \\& later.}
\\label{tab:loads}
\\begin{tabular}{lrrrrr}
\\toprule
Bridge & Load & printed & diff. & Sway & Cars \\\\
\\midrule
old\\textbar{}stone & \\underline{72.0} & 70.25 & $+$1.8 & 3.0 & 10 \\\\
steel & \\textbf{75.0} & 80.00 & $-$5.0 & \\textbf{1.0} & 20 \\\\
rope & 71.0 &  &  & \\underline{2.0} & 30 \\\\
\\bottomrule
\\end{tabular}
\\end{table}

\\begin{table}[t]
\\centering
\\setlength{\\belowcaptionskip}{6pt}
\\caption{\\textbf{Simulated:} Spans.}
\\label{tab:spans}
\\begin{tabular}{rr}
\\toprule
Cars & Strength \\\\
\\midrule
10 & 1.0 \\\\
20 & \\textbf{3.0} \\\\
30 & \\underline{2.0} \\\\
\\bottomrule
\\end{tabular}
\\end{table}

% Loads are in 100 % of the limit.
`);
  });

  it('become one number a line in CSV, marked each', () => {
    const lines = renderTables(bridges(), 'csv', plain).trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'table,row,column,role,value,deviation,repetitions,marks',
      'loads,old|stone,Load,value,72,,,simulated',
      'loads,steel,Load,value,75,,,simulated',
    ]);
    expect(lines).toContain('spans,20,Strength,value,3,,,simulated');
  });

  it('say in every form that they are simulated, and in none when they are not', () => {
    for (const format of tableFormats) {
      expect(renderTables(bridges(), format, plain)).toMatch(/simulated/i);
      expect(renderTables(bridges(0, []), format, plain)).not.toMatch(/simulated/i);
    }
  });

  it('do not call the only number of a row or of a column the best', () => {
    const file = bridges();
    const alone = {
      ...file,
      tables: file.tables.map((table) => ({ ...table, columns: table.columns.map(firstRow) })),
    };
    expect(renderTables(alone, 'markdown', plain)).not.toMatch(/\*\*7|<ins>/);
  });
});

describe('tables of runs that differ in seeds', () => {
  it('give mean, deviation and count; what was printed elsewhere stays', () => {
    const text = renderTables(combineTables([bridges(0), bridges(1), bridges(2)]), 'markdown', plain);
    expect(text).toContain('**76.0 ± 1.0**');
    expect(text).toContain('80.00');
    expect(text).toMatch(/-4\.0 +\|/); // its deviation is that of the load
    expect(text).toContain('Means ± standard deviations of 3 runs');
    expect(renderTables(combineTables([bridges(0), bridges(1)]), 'latex', plain)).toContain(
      '\\textbf{75.5} $\\pm$ 0.7 &',
    );
  });

  it('say the count once where all have the same, and in each cell where not', () => {
    const combined = combineTables([bridges(0), bridges(1), bridges(2)]);
    for (const format of ['markdown', 'terminal', 'latex'] as const) {
      const text = renderTables(combined, format, plain);
      expect(text).toMatch(/standard deviations, n = 3\./);
      expect(text).not.toMatch(/\(\$?n ?= ?3/);
    }
    const [table] = combined.tables;
    const mixed = { value: 9, deviation: 1, repetitions: 2 };
    const columns = (table?.columns ?? []).map((column) =>
      column.kind === 'number' && column.role === 'value'
        ? { ...column, cells: [mixed, ...column.cells.slice(1)] }
        : column,
    );
    const uneven = { ...combined, tables: [{ ...table, columns } as Table] };
    expect(renderTables(uneven, 'markdown', plain)).toMatch(/9\.0 ± 1\.0 \(n = 2\).*\n.*\(n = 3\)/);
    expect(renderTables(uneven, 'csv', plain)).toContain('repetitions');
  });

  it('are refused when their rows are not the same', () => {
    const other = bridges();
    const shorter = {
      ...other,
      tables: other.tables.map((table) => ({ ...table, columns: table.columns.map(firstRow) })),
    };
    expect(() => combineTables([other, shorter])).toThrow(/TABLES_UNLIKE/);
  });
});

describe('a file of tables', () => {
  it('is read back as it was written', async () => {
    expect(await parseTables(JSON.stringify(bridges()), 'tables.json')).toEqual(
      JSON.parse(JSON.stringify(bridges())),
    );
  });

  it('is refused with its place where it is not by the schema', async () => {
    const { title: _, ...rest } = bridges();
    await expect(parseTables(JSON.stringify(rest), 'x/tables.json')).rejects.toThrow(
      /^x\/tables.json: TABLES_INVALID .*must have required property 'title'/,
    );
    await expect(parseTables('{', 'x/tables.json')).rejects.toThrow(/TABLES_INVALID/);
  });

  it('is refused where columns have unequal lengths', async () => {
    const file = bridges();
    const uneven = {
      ...file,
      tables: file.tables.map((table) => ({
        ...table,
        columns: [firstRow(table.columns[0]), ...table.columns.slice(1)],
      })),
    };
    await expect(parseTables(JSON.stringify(uneven), 'tables.json')).rejects.toThrow(/1 and 3 cells/);
  });
});

function firstRow(column: Column | undefined): Column {
  if (column?.kind === 'text') return { ...column, cells: column.cells.slice(0, 1) };
  if (column === undefined) throw new Error('the example has columns');
  return { ...column, cells: column.cells.slice(0, 1) };
}
