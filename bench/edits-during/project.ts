/** A small random project in which each thing that can be edited has one of few values, and what its stages do with them. */
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Random } from '../../src/science/random.ts';

/** The value of each thing that can be edited, by its name. */
export type State = Readonly<Record<string, number>>;

export type How = 'in place' | 'by a rename' | 'with the time set back';

interface Thing {
  readonly values: number;
  /** Makes it so, whatever it was. */
  set(root: string, value: number, how: How): void;
}

const file = (path: string, text: (value: number) => string): Thing => ({
  values: 3,
  set: (root, value, how) => write(join(root, path), text(value), how),
});

export const things: Readonly<Record<string, Thing>> = {
  single: file('single', (value) => `single${value}`),
  a: file('data/a', (value) => `a${value}`),
  b: file('data/b', (value) => `b${value}`),
  extra: {
    values: 2,
    set(root, value, how) {
      if (value === 1) write(join(root, 'data/extra'), 'extra', how);
      else rmSync(join(root, 'data/extra'), { force: true });
    },
  },
  current: {
    values: 2,
    set(root, value) {
      rmSync(join(root, 'current'), { force: true });
      symlinkSync(value === 0 ? 'one' : 'two', join(root, 'current'));
    },
  },
  imported: file('stages/imported.ts', (value) => `export const imported = 'imported${value}';`),
  late: file('stages/late.ts', (value) => `export const late = 'late${value}';`),
  json: file('stages/late.json', (value) => `"json${value}"`),
  text: file('stages/text.txt', (value) => `text${value}`),
  script: file('scripts/say.sh', (value) => `printf script${value}`),
  more: file('scripts/more/say.sh', (value) => `printf more${value}`),
  packages: {
    ...file('package.json', (value) =>
      JSON.stringify({ type: 'module', imports: { '#version': `./versions/${value}.ts` } }),
    ),
    values: 2,
  },
  /** Two folders that change places. */
  folder: {
    values: 2,
    set(root, value) {
      const [here, away, between] = ['late', 'spare', 'moved'].map((name) => join(root, name)) as [
        string,
        string,
        string,
      ];
      if (statSync(join(here, `${value}`), { throwIfNoEntry: false }) !== undefined) return;
      renameSync(here, between);
      renameSync(away, here);
      renameSync(between, away);
    },
  },
};

const fixed: Readonly<Record<string, string>> = {
  'one/file': 'one',
  'two/file': 'two',
  'versions/0.ts': "export const version = 'version0';",
  'versions/1.ts': "export const version = 'version1';",
  'late/which.ts': "export const which = 'which0';",
  'late/0': '',
  'spare/which.ts': "export const which = 'which1';",
  'spare/1': '',
};

export interface Project {
  /** Texts by path: what nobody edits. */
  readonly files: Readonly<Record<string, string>>;
  readonly first: State;
}

/** Each stage reads some of it, in some order, with a pause before each where `../slow` is there. */
export function randomProject(random: Random): Project {
  const some = (all: readonly string[]): readonly string[] =>
    [...random.permutation(all.length)]
      .map((i) => all[i] as string)
      .slice(0, 2 + random.integer(all.length - 1));
  return {
    files: {
      ...fixed,
      'pipeline.yaml': pipeline(some(Object.keys(readsOfCommand))),
      'stages/module.ts': moduleText(some(Object.keys(readsOfModule))),
    },
    first: Object.fromEntries(
      Object.entries(things).map(([name, { values }]) => [name, random.integer(values)]),
    ),
  };
}

/** In an empty folder. */
export function makeProject(root: string, { files }: Project, state: State): void {
  for (const [path, text] of Object.entries(files)) write(join(root, path), text, 'in place');
  mkdirSync(join(root, 'data'), { recursive: true });
  symlinkSync('../current/file', join(root, 'data/linked'));
  for (const [name, value] of Object.entries(state)) things[name]?.set(root, value, 'in place');
}

const readsOfModule: Readonly<Record<string, string>> = {
  imported: 'imported',
  version: 'version',
  late: "(await import('./late.ts')).late",
  json: "(await import('./late.json', { with: { type: 'json' } })).default",
  text: "readFileSync(new URL('./text.txt', import.meta.url), 'utf8')",
  which: "(await import('../late/which.ts')).which",
  single: "readFileSync(inputs.one('single').path, 'utf8')",
  data: "readdirSync(inputs.one('data').path).sort().map((name) => readFileSync(inputs.one('data').path + '/' + name, 'utf8')).join()",
};

const moduleText = (reads: readonly string[]): string => `
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { imported } from './imported.ts';
import { version } from '#version';
const pause = async () => { if (existsSync('../slow')) await delay(40); };
export default {
  async run({ inputs, output }: any) {
    const read: unknown[] = [];
${reads.map((name) => `    await pause(); read.push(${readsOfModule[name] ?? ''});`).join('\n')}
    await pause();
    writeFileSync(output + '/out', read.join(' '));
  },
};
`;

const readsOfCommand: Readonly<Record<string, string>> = {
  script: 'sh scripts/say.sh',
  more: 'sh scripts/more/say.sh',
  single: 'cat {{ inputs.single }}',
  data: 'cat {{ inputs.data }}/*',
  current: 'cat {{ inputs.current }}/file',
};

const pause = 'test ! -e ../slow || sleep 0.04';

const pipeline = (reads: readonly string[]): string => `
stages:
  module:
    use: stages/module.ts
    inputs: { single: ./single, data: ./data }
  command:
    run: |
      { ${reads.map((name) => `${pause}; ${readsOfCommand[name] ?? ''}; printf ' '`).join('; ')}; ${pause}; } > {{ output }}/out
    files: [scripts/say.sh, scripts/more]
    inputs: { single: ./single, data: ./data, current: ./current }
  list:
    run: (cd {{ inputs.data }} && ls a b extra 2> /dev/null) | sed 's/.*/"&"/' | paste -sd, | sed 's/.*/[&]/' > {{ output }}/list.json
    inputs: { data: ./data }
  listed:
    run: |
      for file in a b extra; do ${pause}; test ! -e {{ inputs.data }}/$file || ! grep -q "$file" {{ inputs.list }} || cat {{ inputs.data }}/$file; done > {{ output }}/out
    inputs: { data: { within: ./data, files: list/list.json }, list: list/list.json }
  all:
    run: ${pause}; cat {{ inputs.module }} {{ inputs.command }} > {{ output }}/out; ${pause}; cat {{ inputs.listed }} >> {{ output }}/out
    inputs: { module: module/out, command: command/out, listed: listed/out }
`;

function write(path: string, text: string, how: How): void {
  mkdirSync(dirname(path), { recursive: true });
  const times = statSync(path, { throwIfNoEntry: false });
  if (how === 'by a rename') {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  } else writeFileSync(path, text);
  if (how === 'with the time set back' && times !== undefined) utimesSync(path, times.atime, times.mtime);
}
