/** Whatever a user, a stage or a file can name, in every view of a run and every form of its results. */
import { Chalk } from 'chalk';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { comparisonTables } from '../../src/report/differences/compare.ts';
import { compareSides } from '../../src/report/differences/differences.ts';
import { differenceTables } from '../../src/report/differences/tables.ts';
import { reportPage } from '../../src/report/page/page.ts';
import type { Report, ReportNode } from '../../src/report/page/report.ts';
import { markdownPage } from '../../src/report/page/markdown.ts';
import { markerOf, messageOf } from '../../src/report/publishing/message.ts';
import type { Results } from '../../src/report/records/results.ts';
import { renderMarkdown } from '../../src/report/tables/markdown.ts';
import { renderTables } from '../../src/report/tables/render.ts';
import { groupsReporter } from '../../src/report/terminal/groups.ts';
import { linesReporter } from '../../src/report/terminal/lines.ts';
import { renderState } from '../../src/report/terminal/render.ts';
import { jsonReporter } from '../../src/report/terminal/reporter.ts';
import { applyEvent, nothingYet } from '../../src/report/terminal/state.ts';
import { gitHubLog } from '../../src/report/text/github-log.ts';
import type { KeyParts } from '../../src/graph/key.ts';
import type { RunEvent } from '../../src/run/event.ts';
import type { Manifest } from '../../src/store/manifest.ts';
import type { TablesFile } from '../../src/tables.ts';
import { hostileText } from './text/hostile.ts';
import { joined } from '../../src/report/text/visible.ts';
import { attributesOf, elementsOf } from './text/parsed-html.ts';
import { oneBlank, rendered } from './text/rendered-markdown.ts';
import { commandsIn, unseenIn } from './text/terminal-log.ts';
import { key, nodeEvent, started } from './terminal/events.ts';

const plain = new Chalk({ level: 0 });

/** A name for each use of it, `name(0)`, `name(1)`, ... */
type Names = (at: number) => string;

const names: fc.Arbitrary<Names> = fc
  .array(
    hostileText.filter((text) => joined(text).trim() !== ''),
    { minLength: 12, maxLength: 12 },
  )
  .map((texts) => (at) => texts[at % texts.length] as string);

const always = (check: (name: Names) => void | Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(names, async (name) => check(name)),
    { numRuns: 50, seed: 13 },
  );

const tablesOf = (name: Names): TablesFile => ({
  format: 1,
  title: name(0),
  marks: ['simulated'],
  warning: name(1),
  remarks: [name(2), name(3)],
  tables: [
    {
      name: 'loads',
      title: name(4),
      caption: name(5),
      series: true,
      columns: [
        { kind: 'text', header: name(6), cells: [name(7), name(8)] },
        {
          kind: 'number',
          header: name(9),
          role: 'value',
          decimals: 1,
          direction: 'higher',
          ranked: 'down',
          cells: [1, -2],
        },
        { kind: 'text', header: name(10), cells: [name(11), name(0)] },
      ],
      records: [],
    },
  ],
});

const resultsOf = (name: Names, value: number): Results => ({
  format: 1,
  experiment: name(0),
  target: name(1),
  marks: value > 1 ? ['simulated'] : [],
  seconds: 1,
  parameters: { [name(2)]: name(value), [name(3)]: [name(4), value] },
  sweep: { [name(5)]: [name(6), value] },
  stages: { [name(7)]: { code: String(value), artifacts: [{ key: 'a', digest: String(value) }] } },
  metrics: [{ name: name(8), value, direction: 'higher', unit: name(9) }],
});

/** Made by `diff`, `publish` and `compare`, and by a stage. */
function pagesOf(name: Names): readonly TablesFile[] {
  const side = (value: number) => ({
    label: name(value),
    results: resultsOf(name, value),
    declared: undefined,
    remarks: [name(value + 2)],
  });
  const differences = compareSides(side(1), side(2), name(0));
  return [
    tablesOf(name),
    differenceTables(differences, { all: true, failures: differences.metrics }),
    comparisonTables([side(1), side(2)]),
  ];
}

describe('hostile names in tables', () => {
  it('do nothing on a terminal and in the log of a CI job', () =>
    always((name) => {
      for (const page of pagesOf(name)) {
        const text = renderTables(page, 'terminal', plain);
        expect(unseenIn(text)).toEqual([]);
        expect(commandsIn(gitHubLog(text))).toEqual([]);
      }
    }));

  it('do nothing in the comment on a pull request, and are there letter for letter', () =>
    always((name) => {
      const marker = markerOf(name(0), name(1));
      const text = messageOf(marker, pagesOf(name));
      expect(text.split('\n')[0]).toBe(marker);
      expect(marker).toMatch(/^<!-- pipe: [\w ./-]* -->$/);
      const page = rendered(text);
      expect(page.active).toEqual([]);
      for (const metricOrTitle of [name(8), name(4)])
        expect(page.text).toContain(oneBlank(joined(metricOrTitle)));
      expect(new Set(page.elements).difference(ours)).toEqual(new Set());
      expect(unseenIn(text)).toEqual([]);
      expect(commandsIn(text)).toEqual([]);
    }));

  it('are cells of their rows in CSV, and no formula', () =>
    always((name) => {
      for (const page of pagesOf(name)) {
        const rows = parse(renderTables(page, 'csv', plain));
        expect(new Set(rows.map(({ length }) => length)).size).toBeLessThanOrEqual(1);
        for (const cell of rows.flat())
          expect(/^\s*[=+\-@]/.test(cell) && Number.isNaN(Number(cell)) ? cell : '').toBe('');
      }
    }));

  it('give LaTeX no command', () =>
    always((name) => {
      for (const page of pagesOf(name)) {
        const text = renderTables(page, 'latex', plain);
        const commands = text
          .split('\n')
          .filter((line) => !line.startsWith('%'))
          .flatMap((line) => line.match(/\\[a-zA-Z@]+|\^\^/g) ?? []);
        expect(new Set(commands).difference(latexCommands)).toEqual(new Set());
        expect(
          text.match(/\\(?:begin|end)\{[^}]*\}/g)?.filter((each) => !/table|tabular/.test(each)),
        ).toEqual([]);
      }
    }));

  it('are the same for programs', () =>
    always((name) => {
      for (const page of pagesOf(name)) {
        const text = renderTables(page, 'json', plain);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(page));
        expect(unseenIn(text)).toEqual([]);
      }
    }));
});

const ours = new Set(
  'h1 h2 h3 p strong ul li table thead tbody tr th td ins span details summary'.split(' '),
);

const latexCommands = new Set(
  (
    '\\begin \\end \\centering \\setlength \\belowcaptionskip \\caption \\label \\toprule \\midrule \\bottomrule \\small \\tabcolsep ' +
    '\\textbf \\underline \\pm \\textbackslash \\textasciitilde \\textasciicircum \\textless \\textgreater \\textbar \\footnotesize'
  ).split(' '),
);

function eventsOf(name: Names): readonly RunEvent[] {
  const [a, b] = [name(0), name(1)];
  const accesses = [
    { path: name(2), how: 'read' },
    { path: name(3), how: 'written' },
  ] as const;
  const accepted = {
    by: name(4),
    at: name(5),
    why: name(6),
    instead: key,
    made: {} as KeyParts,
    changes: [],
  };
  const failure = { code: 'COMMAND_FAILED', message: name(7), place: name(8), remedy: name(9) };
  const changes = [{ part: 'params', name: name(10), before: name(2), after: name(3) }] as const;
  return [
    started(3),
    nodeEvent('node-hit', name(11), 0, { key, folder: name(2), accepted, undeclared: accesses }),
    nodeEvent('node-waiting', a, 0, { key, holder: { pid: 1, host: name(3), since: 0 } }),
    nodeEvent('node-started', a, 0, {
      key,
      cpus: 1,
      resumed: false,
      reason: { kind: 'changed', changes, against: name(4) },
    }),
    nodeEvent('node-started', b, 0, {
      key,
      cpus: 1,
      resumed: false,
      reason: { kind: 'damaged', path: name(5) },
    }),
    nodeEvent('node-progress', a, 60, { progress: { done: 1, total: 2, unit: name(5), note: name(6) } }),
    ...[2, 3, 4].map((at) => nodeEvent('node-log', a, 61, { stream: 'stdout', line: name(at) })),
    nodeEvent('node-log', b, 61, { stream: 'stderr', line: name(5) }),
    nodeEvent('node-retried', b, 62, { attempt: 1, attempts: 2, failure } as never),
    nodeEvent('node-undeclared', a, 63, { accesses, appeared: [name(7)] }),
    nodeEvent('node-damaged', b, 63, { path: name(8) }),
    nodeEvent('node-finished', a, 64, {
      key,
      folder: name(1),
      seconds: 1,
      files: 1,
      bytes: 1,
      metrics: [{ name: name(9), value: 1, direction: 'none', unit: name(10) }],
      marks: [],
      adopted: false,
    }),
    nodeEvent('node-failed', b, 65, { reason: 'exit-code', failure, log: name(11), seconds: 1 }),
    nodeEvent('node-skipped', name(2), 65, { reason: 'input-failed', because: name(3) }),
  ];
}

describe('hostile names in a run', () => {
  it('steer no terminal, and begin no line', () =>
    always((name) => {
      let text = '';
      const reporter = linesReporter((more) => (text += more));
      let state = nothingYet;
      for (const event of eventsOf(name)) {
        reporter.onEvent(event);
        state = applyEvent(state, event);
        const lines = renderState(state, { width: 80, height: 24, now: 70_000, chalk: plain });
        expect(lines.flatMap(unseenIn)).toEqual([]);
        expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
      }
      reporter.close();
      expect(unseenIn(text)).toEqual([]);
      expect(
        text
          .trimEnd()
          .split('\n')
          .map((line) => line.slice(0, 7).trimEnd()),
      ).toEqual(
        expect.arrayContaining([
          'taken',
          'wait',
          'start',
          'again',
          'stray',
          'damage',
          'done',
          'FAILED',
          'skip',
        ]),
      );
      expect(text.trimEnd().split('\n')).toHaveLength(18);
    }));

  it('give the runner of a CI job no order but the groups and annotations of pipe', () =>
    always((name) => {
      let text = '';
      const reporter = groupsReporter((more) => (text += more));
      for (const event of eventsOf(name)) reporter.onEvent(event);
      reporter.close();
      expect(unseenIn(text)).toEqual([]);
      expect(commandsIn(text).map((command) => command.name)).toEqual(
        'warning warning warning group endgroup group endgroup error'.split(' '),
      );
    }));

  it('are the same for programs', () =>
    always((name) => {
      let text = '';
      const reporter = jsonReporter((more) => (text += more));
      const events = eventsOf(name);
      for (const event of events) reporter.onEvent(event);
      expect(
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.stringify(JSON.parse(line))),
      ).toEqual(events.map((event) => JSON.stringify(event)));
      expect(unseenIn(text)).toEqual([]);
      expect(commandsIn(text)).toEqual([]);
    }));
});

const plainNames: Names = (at) => `name ${at}`;

function reportOf(name: Names, page: string): Report {
  const manifest = {
    format: 1,
    stage: name(0),
    name: name(1),
    key: name(2),
    digest: name(3),
    parts: {
      code: { kind: 'command', command: name(4), files: [] },
      params: { [name(5)]: name(6) },
      inputs: [
        {
          name: name(7),
          sources: [{ origin: name(8), overrides: { [name(9)]: name(10) }, digest: name(11) }],
        },
      ],
      environment: {},
    },
    files: [{ path: name(0), size: 1, digest: name(1) }],
    emptyFolders: [],
    marks: [name(2)],
    metrics: [{ name: name(3), value: 1, direction: 'none', unit: name(4) }],
    display: null,
    times: { started: name(5), finished: name(6), seconds: 1 },
  } as unknown as Manifest;
  const node: ReportNode = {
    name: name(1),
    stage: name(0),
    state: 'failed',
    span: { start: 0, end: 1, cpus: 1 },
    seconds: 1,
    manifest,
  };
  return {
    project: name(0),
    options: name(1),
    marks: [name(2)],
    targets: [
      { node: name(3), state: 'ran', manifest, page },
      { node: name(4), state: 'failed', manifest: undefined, page: undefined },
    ],
    nodes: [node],
    edges: [[name(0), name(5)]],
    run: { id: name(6), status: 'failed', started: name(7), seconds: 1 },
    parameters: [{ stage: name(8), path: name(9), values: [name(10)], defaults: [name(11)] }],
    hasDefaults: true,
    failures: [
      {
        node: name(0),
        failure: { code: 'X', message: name(1), place: name(2), remedy: name(3) },
        log: name(4),
      },
    ],
    comparisons: [
      {
        stage: name(5),
        parameters: [name(6)],
        metrics: [{ name: name(7), unit: name(8), direction: 'none' }],
        rows: [
          { key: name(9), finished: name(10), seconds: 1, parameters: [name(11)], metrics: [1], shown: true },
        ],
      },
    ],
  };
}

/** Handlers, styles, addresses of elements that load, and links to elsewhere than `known`. */
const activeIn = (html: string, known: RegExp): readonly string[] =>
  attributesOf(html).flatMap(([name, value]) =>
    / on| src$| action$| style$/.test(name) || (name.endsWith(' href') && !known.test(value))
      ? [`${name}=${value}`]
      : [],
  );

/** Its elements, in order. */
async function shape(of: Names): Promise<string> {
  const page = await markdownPage(renderMarkdown(tablesOf(of)), '/nowhere', of(0));
  const html = reportPage(reportOf(of, page));
  expect(unseenIn(html.replaceAll('\t', ' '))).toEqual([]);
  expect(activeIn(html, /^(#|data:,$)/)).toEqual([]);
  return elementsOf(html)
    .filter((element) => element !== 'span')
    .join(' ');
}

describe('hostile names in the report', () => {
  it('are its text: no element, handler or address but its own', () =>
    always(async (name) => {
      expect(await shape(name)).toBe(await shape(plainNames));
    }));

  it('are text in the Markdown of a stage too', () =>
    always(async (name) => {
      const text = Array.from({ length: 12 }, (_, at) => name(at)).join('\n\n');
      const html = await markdownPage(text, '/nowhere', name(0));
      expect(activeIn(html, /^(#|https?:)/)).toEqual([]);
      expect(elementsOf(html)).not.toContain('script');
    }));
});
