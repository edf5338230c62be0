/**
 * The command line after random edits, of a person who does not stop at anything: what comes out is what a plain model
 * gives, and what runs is what was never done before and what was spoilt. Each command is given twice: the second finds
 * everything done.
 */
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { expect, it } from 'vitest';

import type { RunEvent } from '../../src/run/event.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

interface State {
  /** In `pipeline.yaml`. */
  readonly size: number;
  /** With `-S`, or as in the file. */
  readonly override: number | undefined;
  readonly helper: number;
  readonly data: readonly string[];
  readonly extra: string;
  readonly variable: string;
  readonly comments: number;
}

const first: State = {
  size: 0,
  override: undefined,
  helper: 0,
  data: ['a', 'b'],
  extra: 'x',
  variable: '0',
  comments: 0,
};

const filesOf = ({ size, helper, data, extra, comments }: State): Record<string, string> => ({
  'package.json': '{ "type": "module" }',
  'pipeline.yaml': `
params: { size: ${size} }
stages:
  count:
    use: stages/count.ts
    inputs: { data: ./data }
    environment: [EDITED]
  join:
    run: cat {{ inputs.count }} {{ inputs.extra }} > {{ output }}/out; printf %s {{ with.size }} >> {{ output }}/out
    inputs: { count: count/out, extra: ./extra }
    with: { size: "\${size}" }
  final:
    run: (printf '['; cat {{ inputs.join }}) > {{ output }}/out
    inputs: { join: join/out }
`,
  'stages/count.ts': `
    import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
    import { helper } from './helper.ts';
    export default {
      async run({ inputs, output }: any): Promise<void> {
        const folder = inputs.one('data').path;
        const length = readdirSync(folder).map((name) => readFileSync(folder + '/' + name, 'utf8')).join('').length;
        writeFileSync(output + '/out', helper + '|' + (length % 2) + '|' + process.env['EDITED'] + '|');
      },
    };`,
  'stages/helper.ts': `export const helper = ${helper};${'// a comment\n'.repeat(comments)}`,
  ...Object.fromEntries(data.map((text, index) => [`data/${index}`, text])),
  extra,
});

/** What each stage gives, and what its work is. */
function model({
  size,
  override,
  helper,
  data,
  extra,
  variable,
}: State): Record<string, { work: string; out: string }> {
  const length = data.join('').length % 2;
  const count = `${helper}|${length}|${variable}|`;
  const joined = `${count}${extra}${override ?? size}`;
  return {
    count: { work: JSON.stringify(['count', helper, data, variable]), out: count },
    join: { work: JSON.stringify(['join', count, extra, override ?? size]), out: joined },
    final: { work: JSON.stringify(['final', joined]), out: `[${joined}` },
  };
}

const digit = fc.nat({ max: 2 });
const change = fc.oneof(
  digit.map((size): Partial<State> => ({ size })),
  fc.option(digit, { nil: undefined }).map((override): Partial<State> => ({ override })),
  digit.map((helper): Partial<State> => ({ helper })),
  digit.map((comments): Partial<State> => ({ comments })),
  fc
    .array(fc.constantFrom('a', 'b', 'cc'), { minLength: 1, maxLength: 3 })
    .map((data): Partial<State> => ({ data })),
  fc.constantFrom('x', 'y', 'zz').map((extra): Partial<State> => ({ extra })),
  digit.map((variable): Partial<State> => ({ variable: String(variable) })),
  fc.record({
    spoil: fc.constantFrom('count', 'join', 'final'),
    how: fc.constantFrom('remove', 'damage', 'damage-manifest'),
  }),
);

/** Writes what differs; a file keeps its time, so that size and time alone tell nothing. */
function write(root: string, before: State, after: State): void {
  const [old, next] = [filesOf(before), filesOf(after)];
  for (const path of Object.keys(old)) if (next[path] === undefined) rmSync(join(root, path));
  for (const [path, text] of Object.entries(next)) {
    if (old[path] === text) continue;
    const times = statSync(join(root, path), { throwIfNoEntry: false });
    writeFileSync(join(root, path), text);
    if (times !== undefined) utimesSync(join(root, path), times.atime, times.mtime);
  }
}

function spoil(folder: string, how: string): void {
  if (how === 'remove') return rmSync(join(folder, '..'), { recursive: true });
  const file = how === 'damage' ? join(folder, 'out') : join(folder, '../manifest.json');
  const { mtime } = statSync(file);
  chmodSync(file, 0o644);
  if (how === 'damage') writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/./g, '?'));
  else appendFileSync(file, ' ');
  utimesSync(file, mtime, mtime);
}

interface Ran {
  readonly code: number;
  readonly started: readonly string[];
  /** By stage. */
  readonly folders: ReadonlyMap<string, string>;
}

async function run(root: string, { override, variable }: State): Promise<Ran> {
  const set = override === undefined ? [] : ['-S', `size=${override}`];
  const { code, stdout } = await pipe(root, ['run', 'final', '--json', ...set], { EDITED: variable });
  const events = stdout.split('\n').map((line) => JSON.parse(line) as RunEvent);
  return {
    code,
    started: events.flatMap((event) => (event.kind === 'node-started' ? [event.node] : [])),
    folders: new Map(
      events.flatMap((event) =>
        event.kind === 'node-hit' || event.kind === 'node-finished'
          ? [[event.node.replace(/\[.*/, ''), event.folder]]
          : [],
      ),
    ),
  };
}

/** More of them by hand: PIPE_PROPERTY_RUNS=50. */
const numRuns = Number(process.env['PIPE_PROPERTY_RUNS'] ?? 2);

it(
  'gives what it should and runs what it must, whatever was edited',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 4, maxLength: 6 }), async (changes) => {
        let state = first;
        const root = await temporaryProject(filesOf(state));
        const done = new Set<string>();
        let last: Ran | undefined;
        for (const edit of [{}, ...changes]) {
          if ('spoil' in edit) {
            spoil(last?.folders.get(edit.spoil) ?? '', edit.how);
            done.delete(model(state)[edit.spoil]?.work ?? '');
          } else {
            write(root, state, { ...state, ...edit });
            state = { ...state, ...edit };
          }
          const expected = Object.entries(model(state));
          const needed = expected.filter(([, { work }]) => !done.has(work)).map(([stage]) => stage);
          last = await run(root, state);
          expect([last.code, ...last.started.map((name) => name.replace(/\[.*/, ''))]).toEqual([
            0,
            ...needed,
          ]);
          for (const [stage, { work, out }] of expected) {
            expect(readFileSync(join(last.folders.get(stage) ?? '', 'out'), 'utf8')).toBe(out);
            done.add(work);
          }
          expect((await run(root, state)).started).toEqual([]);
        }
      }),
      // Chance alone may leave it out of few runs.
      {
        numRuns,
        examples: [
          [
            [
              { spoil: 'join', how: 'damage' },
              { spoil: 'final', how: 'damage-manifest' },
            ],
          ],
        ],
      },
    );
  },
  numRuns * 60_000,
);
