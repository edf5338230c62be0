import { describe, expect, it } from 'vitest';

import { digestOf } from '../../../src/graph/encoding.ts';
import { codeOfModule, type ModuleCode, type ModuleCodeOptions } from '../../../src/run/code/module-code.ts';
import { digestTree } from '../../../src/store/tree-index.ts';
import { project } from '../project.ts';

type Files = Readonly<Record<string, string>>;

const stage: Files = {
  'stages/gmm.ts': `
    import { fit } from '../src/fit.ts';
    export default { async run() { return fit(3); } };`,
  'src/fit.ts': `
    import { step } from './step.ts';
    export function fit(count: number): number { return step(count); }`,
  'src/step.ts': `
    import { half } from './half.ts';
    export function step(value: number): number { return half(value) + 1; }
    export function unrelated(): string { return 'not used by the stage'; }`,
  'src/half.ts': 'export const half = (value: number): number => value / 2;',
};

const digestFile: ModuleCodeOptions['digestFile'] = (path) => digestTree(path, { links: 'follow' });

async function codeOf(files: Files): Promise<ModuleCode> {
  const root = await project(files);
  const { code } = await codeOfModule('stages/gmm.ts', { root, digestFile });
  return code;
}

/** The part that enters the key. */
async function codeInKey(files: Files): Promise<string> {
  const { sources: _, ...inKey } = await codeOf(files);
  return digestOf({ ...inKey, files: inKey.files.map((file) => ({ ...file })) });
}

const withText = (path: string, change: (text: string) => string): Files => ({
  ...stage,
  [path]: change(stage[path] as string),
});

describe('the code of a module', () => {
  it.each<[string, Files]>([
    ['the folder it lies in', stage],
    ['a comment', withText('src/step.ts', (text) => `// a remark\n${text.replace('+ 1', '/* one */ + 1')}`)],
    ['white space', withText('src/fit.ts', (text) => text.replaceAll(' ', '  '))],
    ['a type', withText('src/half.ts', (text) => text.replace('): number', '): number & {}'))],
    [
      'an unrelated helper that is changed',
      withText('src/step.ts', (text) => text.replace('not used', 'never used')),
    ],
    [
      'an unrelated helper that is new',
      withText('src/half.ts', (text) => `${text}\nexport const third = (v: number) => v / 3;`),
    ],
    [
      'an unrelated helper of a name that is used elsewhere',
      withText('src/half.ts', (text) => `${text}\nexport const fit = 1;`),
    ],
    ['a file beside it', { ...stage, 'src/other.ts': 'export const other = 1;' }],
  ])('does not depend on %s', async (_, files) => {
    expect(await codeInKey(files)).toBe(await codeInKey(stage));
  });

  it.each<[string, Files]>([
    ['the module itself', withText('stages/gmm.ts', (text) => text.replace('3', '4'))],
    ['a helper three imports down', withText('src/half.ts', (text) => text.replace('/ 2', '* 0.4'))],
    [
      'a module imported for its effect',
      {
        ...withText('src/fit.ts', (text) => `import './effect.ts';${text}`),
        'src/effect.ts': 'globalThis.name = 1;',
      },
    ],
    [
      'a module imported while it runs',
      {
        ...withText('src/fit.ts', (text) => text.replace('return', "void import('./late.ts'); return")),
        'src/late.ts': 'export const late = 1;',
      },
    ],
  ])('depends on %s', async (_, files) => {
    expect(await codeInKey(files)).not.toBe(await codeInKey(stage));
  });

  it('names the sources that are used, for people', async () => {
    const { sources } = await codeOf(stage);
    expect(Object.keys(sources).toSorted()).toEqual([
      'src/fit.ts',
      'src/half.ts',
      'src/step.ts',
      'stages/gmm.ts',
    ]);
  });

  it('fails with the place of a syntax error', async () => {
    const files = withText('src/half.ts', () => 'export const half = (;');
    await expect(codeOf(files)).rejects.toMatchObject({
      failure: { code: 'MODULE_UNUSABLE', place: expect.stringMatching(/src\/half\.ts:1:\d+$/) as string },
    });
  });

  it('fails for a module that is missing', async () => {
    await expect(codeOf({})).rejects.toMatchObject({ failure: { code: 'MODULE_UNUSABLE' } });
  });
});

describe('what Node runs and nothing uses', () => {
  it.each([
    'class A { static x = (globalThis.x = EDIT); }',
    'const o = { get x() { return (globalThis.x = EDIT); } }; o.x;',
    'const o = { toString: () => String((globalThis.x = EDIT)) }; `${o}`;',
    'function* each() { globalThis.x = EDIT; } const [first] = each();',
    'function* each() { globalThis.x = EDIT; } const set = new Set(each());',
    'const base = () => ((globalThis.x = EDIT), Object); class B extends base() {}',
    'const tag = () => (globalThis.x = EDIT); tag``;',
    '/* @__NO_SIDE_EFFECTS__ */ function pure() { globalThis.x = EDIT; } pure();',
    'await (async () => (globalThis.x = EDIT))();',
    'const hidden = () => EDIT; export const seen = eval("hidden()");',
  ])('is part of it: %s', async (text) => {
    const withEdit = (edit: string): Files => ({
      'stages/gmm.ts': "import { used } from './late.ts'; export default { run: () => used };",
      'stages/late.ts': `export const used = 1;\n${text.replace('EDIT', edit)}`,
    });
    expect(await codeInKey(withEdit('2'))).not.toBe(await codeInKey(withEdit('1')));
  });

  it('and the names that are imported: one that is not exported ends Node', async () => {
    const files = withText('src/half.ts', (text) => text.replace('const half', 'const other'));
    await expect(codeOf(files)).rejects.toMatchObject({
      failure: {
        code: 'MODULE_UNUSABLE',
        message: expect.stringContaining('half') as string,
        place: 'src/step.ts',
      },
    });
  });
});

const stageOf = (text: string): string => `${text}\nexport default { run: () => result };`;

describe('what Node sees of a module apart from what it computes', () => {
  it.each<[string, string, Files, string, string]>([
    [
      'a function that another calls as a member of their namespace',
      "import * as losses from './losses.ts'; const result = losses.total(3);",
      {
        'stages/losses.ts':
          'export function total(this: any, a: number) { return this.l1(a); } export function l1(a: number) { return a; }',
      },
      'return a;',
      'return a * 10;',
    ],
    [
      'the name by which such a function is found',
      "import * as losses from './losses.ts'; const result = losses.total(3);",
      {
        'stages/losses.ts':
          'export function total(this: any) { return Object.keys(this).join(); } export const l1 = 1;',
      },
      'const l1',
      'const l2',
    ],
    [
      'the name of a class that another module has a class of',
      "import { Model } from './a.ts'; import { make } from './b.ts'; const result = [Model.name, make().constructor.name];",
      {
        'stages/a.ts': 'export class Model {}',
        'stages/b.ts': 'class Model2 {} export const make = () => new Model2();',
      },
      'Model2',
      'Model',
    ],
    [
      'the name of a function in a list',
      "import { losses } from './a.ts'; const result = losses.map((each) => each.name);",
      { 'stages/a.ts': 'const l1 = () => 1; export const losses = [l1];' },
      'l1',
      'l12',
    ],
    [
      'whether a script that is required is strict',
      "import { createRequire } from 'node:module'; const result = createRequire(import.meta.url)('./c.cjs').f();",
      { 'stages/c.cjs': 'void 0; exports.f = function () { return this === undefined; };' },
      'void 0;',
      '"use strict";',
    ],
    [
      'whether one function of a script is strict',
      "import c from './c.cjs'; const result = c.f();",
      { 'stages/c.cjs': 'exports.f = function () { void 0; return this === undefined; };' },
      'void 0;',
      '"use strict";',
    ],
    [
      'a kind of declaration: a constant is not there before its place',
      "import { r } from './a.ts'; const result = r;",
      { 'stages/a.ts': 'function g() { return k; } export const r = typeof g(); var k = 1;' },
      'var k',
      'const k',
    ],
    [
      'a kind of declaration, in a ring of modules',
      "import { r } from './a.ts'; const result = r;",
      {
        'stages/a.ts': "import { late } from './b.ts'; export var x = 1; export const r = late;",
        'stages/b.ts': "import { x } from './a.ts'; export const late = String(x);",
      },
      'var x',
      'const x',
    ],
    [
      'a kind of declaration, where a text that is run assigns to it',
      "import { r } from './a.ts'; const result = r;",
      { 'stages/a.ts': 'let k = 1; eval("k = 2"); export const r = k;' },
      'let k',
      'const k',
    ],
    [
      'an import that a text that is run names',
      "import { r } from './a.ts'; const result = r;",
      {
        'stages/a.ts': "import { hidden } from './b.ts'; export const r = eval('hid' + 'den');",
        'stages/b.ts': 'export const hidden = 1;',
      },
      'hidden = 1',
      'hidden = 2',
    ],
    [
      'which of two modules runs first',
      "import { r } from './a.ts'; const result = r;",
      {
        'stages/a.ts': "import './b.ts'; import './c.ts'; export const r = globalThis.name;",
        'stages/b.ts': 'globalThis.name = 1;',
        'stages/c.ts': 'globalThis.name = 2;',
      },
      "import './b.ts'; import './c.ts';",
      "import './c.ts'; import './b.ts';",
    ],
    [
      'where a name comes from that two modules export',
      "import { r } from './a.ts'; const result = r;",
      {
        'stages/a.ts': "export { r } from './b.ts'; import './c.ts';",
        'stages/b.ts': 'export const r = () => 1;',
        'stages/c.ts': 'export const r = () => 2;',
      },
      "from './b.ts'; import './c.ts'",
      "from './c.ts'; import './b.ts'",
    ],
    [
      'which name of a module is meant',
      "import { one as r } from './a.ts'; const result = r();",
      { 'stages/a.ts': 'export const one = () => 1, two = () => 2;' },
      'one = () => 1, two = () => 2',
      'two = () => 1, one = () => 2',
    ],
    [
      'a name that a nearer export hides in a further one',
      "import { r } from './a.ts'; const result = r();",
      {
        'stages/a.ts': "export * from './b.ts'; export const idle = () => 2;",
        'stages/b.ts': 'export const r = () => 1;',
      },
      'const idle',
      'const r',
    ],
    [
      'how often a module runs',
      "import { r } from './a.ts'; const result = r;",
      {
        'stages/a.ts': "import './b.ts?1'; import './b.ts?1'; export const r = globalThis.name;",
        'stages/b.ts': 'globalThis.name = (globalThis.name ?? 0) + 1;',
      },
      "'./b.ts?1'; export",
      "'./b.ts?2'; export",
    ],
  ])('is part of it: %s', async (_, text, others, before, after) => {
    const files = { 'stages/gmm.ts': stageOf(text), ...others };
    const edited = Object.fromEntries(
      Object.entries(files).map(([path, each]) => [path, each.replaceAll(before, after)]),
    );
    expect(edited).not.toEqual(files);
    expect(await codeInKey(edited)).not.toBe(await codeInKey(files));
  });

  it.each<[string, string]>([
    ['a class that nobody makes', 'class Idle { static count = 0; name = EDIT; step() { return EDIT; } }'],
    [
      'tables of names',
      "const idle = { a: [EDIT, -1], b: new Set(['a']), c: new Map([['k', () => EDIT]]) };",
    ],
    ['what only that uses', 'const inner = () => EDIT; function idle() { return inner(); }'],
    ['what is exported and not imported', 'export { idle as other }; const idle = EDIT * 2;'],
    ['a function that only itself calls', 'export function idle() { return EDIT + idle(); }'],
  ])('is not, where nothing can reach it: %s', async (_, text) => {
    const withEdit = (edit: string): Files => ({
      'stages/gmm.ts': "import { used } from './late.ts'; export default { run: () => used };",
      'stages/late.ts': `export const used = 1;\n${text.replaceAll('EDIT', edit)}`,
    });
    expect(await codeInKey(withEdit('2'))).toBe(await codeInKey(withEdit('1')));
  });

  it('and names that two modules hand on to each other end nothing but themselves', async () => {
    const files: Files = {
      'stages/gmm.ts': "import * as all from '../src/a.ts'; export default { run: () => all };",
      'src/a.ts': "export * from './b.ts'; export * from './c.ts';",
      'src/b.ts': "export { x } from './c.ts';",
      'src/c.ts': "export { x } from './b.ts';",
    };
    expect(await codeInKey(files)).toBe(await codeInKey(files));
  });

  it('and a pattern that Node does not take ends it, though nothing uses it', async () => {
    const files = withText('src/half.ts', (text) => `${text}\nexport const idle = () => /(/;`);
    await expect(codeOf(files)).rejects.toMatchObject({ failure: { code: 'MODULE_UNUSABLE' } });
  });
});

const asking = (folder: string): Files => ({
  'stages/gmm.ts': `import { name } from '../${folder}/name.ts'; export default { run: () => name };`,
  [`${folder}/name.ts`]: 'export const name = import.meta.filename;',
});

describe('a module that asks where it lies', () => {
  it('is another at another place', async () => {
    expect(await codeInKey(asking('src'))).not.toBe(await codeInKey(asking('lib')));
    expect(await codeInKey(asking('src'))).toBe(await codeInKey(asking('src')));
  });
});

describe('files that code names by new URL', () => {
  const files: Files = {
    'stages/gmm.ts': `
      import { Worker } from 'node:worker_threads';
      export default { async run() { new Worker(new URL('./worker.ts', import.meta.url)); return new URL("../data/table.csv", import.meta.url); } };`,
    'stages/worker.ts': "import { deep } from '../src/deep.ts'; postMessage(deep);",
    'src/deep.ts': 'export const deep = 1; export const idle = 2;',
    'data/table.csv': '1,2',
  };

  it('are part of it: workers by their code, others by their bytes', async () => {
    const { files: named, sources } = await codeOf(files);
    expect(named.map(({ reference }) => reference)).toEqual(['../data/table.csv']);
    expect(Object.keys(sources)).toContain('stages/worker.ts');
    const before = await codeInKey(files);
    expect(await codeInKey({ ...files, 'data/table.csv': '1,3' })).not.toBe(before);
    expect(await codeInKey({ ...files, 'src/deep.ts': 'export const deep = 3;' })).not.toBe(before);
    expect(await codeInKey({ ...files, 'src/deep.ts': '/* 1 */ export const deep = 1;' })).toBe(before);
  });

  it('may be missing, and are seen when they appear', async () => {
    const { 'data/table.csv': table, ...without } = files;
    const { files: named } = await codeOf(without);
    expect(named[0]).toEqual({ reference: '../data/table.csv', digest: null });
    expect(await codeInKey({ ...without, 'data/table.csv': table as string })).not.toBe(
      await codeInKey(without),
    );
  });

  it('are not looked for in comments', async () => {
    const remark = "// new URL('./gone.ts', import.meta.url)\n";
    expect(await codeInKey({ ...files, 'src/deep.ts': remark + (files['src/deep.ts'] as string) })).toBe(
      await codeInKey(files),
    );
  });

  it('may lead in a ring', async () => {
    const self = "new Worker(new URL('./gmm.ts', import.meta.url));";
    const { files: named } = await codeOf({
      'stages/gmm.ts': `import { Worker } from 'node:worker_threads'; ${self} export default {};`,
    });
    expect(named).toEqual([]);
  });
});

const packageFiles = (name: string, version: string, more: object = {}): Files => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version, ...more }),
  [`node_modules/${name}/index.js`]: 'export const it = 1;',
  [`node_modules/${name}/part.js`]: 'export const it = 1;',
});

describe('packages that code reaches', () => {
  const files: Files = {
    'stages/gmm.ts': `
      import { it } from '@scope/engine/part.js';
      import { readFileSync } from 'node:fs';
      import { helper } from '../src/helper.ts';
      export default { run: () => [it, readFileSync, helper] };`,
    'src/helper.ts': "import { it } from 'unused'; export const helper = 1; export const other = () => it;",
    ...packageFiles('@scope/engine', '1.2.3', {
      dependencies: { inner: '*' },
      optionalDependencies: { absent: '*' },
    }),
    ...packageFiles('inner', '4.0.0', { dependencies: { '@scope/engine': '*' } }),
    ...packageFiles('unused', '9.9.9', { sideEffects: false }),
  };

  it('enter by name and version, with the packages they need', async () => {
    const { packages, node } = await codeOf(files);
    // Whether importing `unused` has an effect cannot be known, so the import stays, and the package with it.
    expect(packages.filter((each) => each !== 'unused@9.9.9')).toEqual([
      '@scope/engine@1.2.3',
      'inner@4.0.0',
    ]);
    expect(node).toBe(process.versions.node.split('.')[0]);
  });

  it('fail with the place of a package.json that is no JSON', async () => {
    await expect(codeOf({ ...files, 'node_modules/inner/package.json': '{' })).rejects.toMatchObject({
      failure: {
        code: 'MODULE_UNUSABLE',
        place: expect.stringMatching(/node_modules\/inner\/package\.json$/) as string,
      },
    });
  });

  it('change it when their version changes, and not when their files do', async () => {
    const before = await codeInKey(files);
    expect(await codeInKey({ ...files, ...packageFiles('inner', '4.0.1') })).not.toBe(before);
    expect(await codeInKey({ ...files, 'node_modules/inner/index.js': 'export const it = 2;' })).toBe(before);
  });
});
