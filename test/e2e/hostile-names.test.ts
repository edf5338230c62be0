/** Texts that mean to steer a terminal, a runner of CI jobs, GitHub, GitLab or a spreadsheet, in every place where a project can name something. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { jsonText } from '../../src/report/text/json.ts';
import { hostileText } from '../report/text/hostile.ts';
import { attributesOf } from '../report/text/parsed-html.ts';
import { rendered } from '../report/text/rendered-markdown.ts';
import { commandsIn, unseenIn } from '../report/text/terminal-log.ts';
import { pipe, type Ended } from './pipe.ts';
import { runnerProject } from './runner-project.ts';

const inCi = { GITHUB_ACTIONS: 'true' };
const ours = ['group', 'endgroup', 'error', 'warning'];

/** What a reader of the output would act on. */
const activeIn = ({ stdout, stderr }: Ended): readonly string[] => [
  ...unseenIn(`${stdout}\n${stderr}`),
  ...[stdout, stderr].flatMap((text) =>
    commandsIn(text).flatMap(({ name }) => (ours.includes(name) ? [] : [name])),
  ),
];

describe('a stage that writes escape sequences and orders', () => {
  const stages = `
  fails: { run: "printf '##[add-mask]x\\\\n::error::y\\\\n\\\\033]52;c;ZXZpbA==\\\\007\\\\033[2J\\\\r1/5\\\\r2/5\\\\n'; exit 3" }
  metric: { run: "printf '{\\"a\\\\\\\\u001b[31m\\\\\\\\n::error::x\\":1}' > {{ output }}/metrics.json" }
  with: { run: "echo {{ with.s }} > {{ output }}/x", with: { s: "\${s}" } }
`;
  const project = (): Promise<string> =>
    runnerProject(stages.slice(1)).then((root) => {
      const file = join(root, 'pipeline.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('seed: 1', 'seed: 1, s: x'));
      return root;
    });

  it('shows them as escapes, and its runner of the CI job gets no order from it', async () => {
    const root = await project();
    const told = await pipe(root, ['run', 'fails']);
    expect(
      activeIn({ ...told, stderr: told.stderr.replaceAll('##[add-mask]', '').replaceAll(/^ *\| ::/gm, '') }),
    ).toEqual([]);
    expect(told.stderr).toContain(String.raw`| \x1b]52;c;ZXZpbA==\x07\x1b[2J\r1/5\r2/5`);
    const inJob = await pipe(root, ['run', 'fails'], inCi);
    expect(activeIn(inJob)).toEqual([]);
    expect(inJob.stderr).toContain('\n# #[add-mask]x\n: :error::y\n');
    expect(activeIn(await pipe(root, ['run', 'metric'], inCi))).toEqual([]);
  });

  it('is given as it is where its log goes to a program, and not where a job shows it', async () => {
    const root = await project();
    await pipe(root, ['run', 'fails']);
    expect((await pipe(root, ['log', 'fails'])).stdout).toContain('##[add-mask]x\n::error::y\n\u001b]52;c;');
    expect(activeIn(await pipe(root, ['log', 'fails'], inCi))).toEqual([]);
  });

  it('cannot be set by a parameter either', async () => {
    const root = await project();
    const [clear, order] = ['a\u001b[2J\u001b[31mred', 'y\n::warning::from a parameter'];
    await pipe(root, ['run', 'with']);
    for (const value of [clear, order])
      for (const command of ['plan', 'why', 'run', 'status'])
        expect(activeIn(await pipe(root, [command, 'with', '-S', `s=${value}`], inCi))).toEqual([]);
    const { stdout } = await pipe(root, ['plan', 'with', '-S', `s=b${clear}`]);
    expect(stdout).toContain(String.raw`ba\x1b[2J\x1b[31mred`);
  });
});

const results = (name: string): string =>
  JSON.stringify({
    format: 1,
    experiment: 'default',
    target: 's',
    marks: [],
    seconds: 1,
    parameters: {},
    sweep: {},
    stages: {},
    metrics: [{ name, value: 1, direction: 'none', unit: '1' }],
  });
const tables = (caption: string): string =>
  JSON.stringify({
    format: 1,
    title: 'T',
    marks: [],
    warning: null,
    remarks: [],
    tables: [
      {
        name: 't',
        title: 'T',
        caption,
        columns: [{ kind: 'text', header: 'h', cells: ['c'] }],
        records: [],
      },
    ],
  });

describe('words in results', () => {
  it.each([
    '/merge',
    '/approve\n/close',
    '# Heading',
    '1. a',
    '- a',
    '    code',
    '&commat;octocat',
    '&#x40;octocat',
    '&num;1',
    '&#x23;1',
    'GH-1',
    'a5c3785ed8d6a35868bc169f07e40e889087fd2e',
  ])('give no order, mention nobody and have no markup in a comment: %j', async (caption) => {
    const root = await runnerProject('  s: { run: "true" }', {
      'r.json': results(caption),
      'tables.json': tables(caption),
    });
    const { stdout } = await pipe(root, [
      'publish',
      '--dry-run',
      '--results',
      'r.json',
      '--tables',
      'tables.json',
    ]);
    const page = rendered(stdout);
    expect(page.active).toEqual([]);
    expect(page.elements).not.toContain('ol');
    expect(page.elements).not.toContain('pre');
    expect(page.elements.filter((element) => element === 'h1')).toEqual([]);
    expect(page.text).toContain(caption.replaceAll(/\s+/g, ' ').trim());
  });
});

/** What can be a parameter, an argument and the name of a file. */
const samples: readonly string[] = fc
  .sample(hostileText, { numRuns: 200, seed: 7 })
  .map((text) =>
    text.toWellFormed().replaceAll(/[\0\p{Cn}\p{Co}\ufffd]|\$\{|\{\{|[\u{10000}-\u{10ffff}]/gu, ''),
  )
  .filter((text) => text.trim() !== '');

const stage = `import { readFileSync, writeFileSync } from 'node:fs';
const names = JSON.parse(readFileSync('names.json', 'utf8'));
const [line, unit, note, metricName, metricUnit, printed, file, strayFile, ...others] = names;
const fileName = (name) => name.replaceAll('/', '_').slice(0, 60) + '.md';
export default {
  display: fileName(file),
  async run({ output, params, log, progress, metric }) {
    log(line);
    progress({ done: 1, total: 2, unit, note });
    console.log(printed);
    readFileSync(fileName(strayFile), 'utf8');
    if (params.fail) throw Object.assign(new Error('x'), { failure: { code: 'X', message: others[0], place: others[1], remedy: others[2] } });
    metric({ name: metricName, value: 0.5, direction: 'higher', unit: metricUnit });
    writeFileSync(output + '/' + fileName(file), names.join('\\n\\n'));
    writeFileSync(output + '/tables.json', JSON.stringify({
      format: 1, title: others[0], marks: [], warning: others[1], remarks: [others[2], others[3]],
      tables: [{ name: 't', title: others[4], caption: others[5], records: [], columns: [
        { kind: 'text', header: others[6], cells: [others[7], others[8]] },
        { kind: 'number', header: others[9], role: 'value', decimals: 1, direction: 'higher', ranked: 'down', cells: [1, -2] },
      ] }],
    }));
  },
};
`;

describe('hostile names in a whole project', () => {
  it.each([0, 1, 2])('are inert in all that the commands write (%i)', async (round) => {
    const names = Array.from(
      { length: 20 },
      (_, at) => samples[(round * 20 + at) % samples.length] as string,
    );
    const [value = '', fileName = '', other = ''] = [
      names[0],
      names[7]?.replaceAll('/', '_').slice(0, 60),
      names[19],
    ];
    const root = await runnerProject(
      `  s: { use: stages/s.ts, with: { s: "\${s}", fail: false } }\n  f: { use: stages/s.ts, with: { s: "\${s}", fail: true } }\n`,
      { 'names.json': JSON.stringify(names), 'stages/s.ts': stage, [`${fileName}.md`]: '' },
    );
    const file = join(root, 'pipeline.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('seed: 1', `seed: 1, s: ${jsonText(value)}`));
    const told = async (args: readonly string[]): Promise<Ended> => {
      const ended = await pipe(root, args, inCi);
      expect({ args, active: activeIn(ended) }).toEqual({ args, active: [] });
      expect(ended.stderr).not.toContain('fault of pipe');
      return ended;
    };
    expect((await told(['run', 's'])).code).toBe(0);
    expect((await told(['run', 'f'])).code).toBe(1);
    for (const command of ['run', 'plan', 'why', 'status', 'log', 'show', 'graph', 'diff'])
      await told([command, ...(command === 'diff' ? [] : ['s'])]);
    await told(['stages']);
    await told(['verify']);
    await told(['gc']);
    for (const words of [
      ['run', other],
      ['show', 's', '--table', other],
      [other],
      ['run', 's', '-e', other],
      ['plan', 's', '-S', `s=${other}`],
      ['plan', 's', '-S', other],
      ['run', `--${other}`],
    ])
      await told(words);
    await told(['graph', '--format', 'mermaid']);
    await told(['graph', '--format', 'dot']);
    const events = (await told(['run', 'f', '--json'])).stdout
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; line?: string });
    expect(events.some(({ line }) => line === names[0]?.split('\n')[0])).toBe(true);
    await told(['show', 's', '--json']);
    await told(['show', 's', '--format', 'json']);
    const rows = parse((await pipe(root, ['show', 's', '--format', 'csv'])).stdout);
    expect(rows.flat().filter((cell) => /^\s*[=+\-@]/.test(cell) && Number.isNaN(Number(cell)))).toEqual([]);
    await told(['show', 's', '--format', 'latex']);
    expect(rendered((await told(['show', 's', '--format', 'markdown'])).stdout).active).toEqual([]);
    await told(['record', 's']);
    expect(rendered((await told(['publish', '--target', 's', '--dry-run'])).stdout).active).toEqual([]);
    await told(['report', 's', 'f']);
    const page = readFileSync(join(root, 'report.html'), 'utf8');
    expect(
      attributesOf(page).filter(([name, text]) => / on| src$/.test(name) && !text.startsWith('data:')),
    ).toEqual([]);
  });
});

it('a name that a shell would read as more than a word is not completed', async () => {
  const root = await runnerProject('  s: { run: "true" }', {
    'experiments/plain-1.yaml': '',
    'experiments/x;touch y.yaml': '',
    'experiments/$(touch y).yaml': '',
    'experiments/a\nb.yaml': '',
  });
  expect((await pipe(root, ['complete', '--', 'run', 's', '-e', ''])).stdout).toBe('plain-1');
});
