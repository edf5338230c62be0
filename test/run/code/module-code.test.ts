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
      'the name of a function within another',
      "import { f } from './a.ts'; const result = f();",
      {
        'stages/a.ts':
          'const loss = () => 1; void loss; export const f = () => { const loss = () => 2; return loss.name; };',
      },
      'const loss = () => 2; return loss.name',
      'const loss2 = () => 2; return loss2.name',
    ],
    [
      'parentheses about what gets a function, which then has no name',
      "import { f } from './a.ts'; const result = f.name;",
      { 'stages/a.ts': 'export let f: any; f = function () {};' },
      ' f = function',
      ' (f as any) = function',
    ],
    [
      'whether the first word of a script is a directive',
      "import c from './c.cjs'; const result = c;",
      { 'stages/c.cjs': '("use strict"); module.exports = (function () { return typeof this; })();' },
      '("use strict")',
      '"use strict"',
    ],
    [
      'names that are exported in a dead branch, for whom looks for them in the text',
      "import * as c from './c.cjs'; const result = Object.keys(c);",
      { 'stages/c.cjs': 'const all = { f: 1, g: 2 }; module.exports = all; 0 && (module.exports = { f });' },
      '{ f })',
      '{ g })',
    ],
    [
      'a part that is loaded late under a name that is put together',
      "import { a } from './x.ts'; const result = (async () => { const p = './x.ts'; return [a, (await import(p)).b()]; })();",
      { 'stages/x.ts': 'export const a = 1; export const b = () => 1;' },
      '=> 1',
      '=> 2',
    ],
    [
      'a part that is loaded by a text that is run',
      "import { a } from './x.ts'; const result = [a, new Function(\"return import('./x.ts')\")];",
      { 'stages/x.ts': 'export const a = 1; export const b = () => 1;' },
      '=> 1',
      '=> 2',
    ],
    [
      'a collection that is another than that of the language',
      "import { r } from './a.ts'; const result = r();",
      {
        'stages/a.ts':
          "class Set { constructor() { globalThis.name = 1; } } const s = new Set(['a']); export const r = () => globalThis.name;",
      },
      'name = 1',
      'name = 2',
    ],
    [
      'a number that JSON has and a program tells from another',
      "import { a } from './a.json' with { type: 'json' }; const result = 1 / a;".replace('{ a }', 'a'),
      { 'stages/a.json': '{ "a": 0 }' },
      '"a": 0',
      '"a": -0',
    ],
    [
      'what is said of an import',
      "import { a } from './a.ts'; const result = a;",
      { 'stages/a.ts': 'export const a = 1;' },
      "from './a.ts'",
      "from './a.ts' with { foo: 'bar' }",
    ],
    [
      'which of two equal modules comes first, where they ask where they lie',
      "import { n } from './dep.ts'; import { w as x } from './a/m.ts'; import { w as y } from './b/m.ts'; const result = n + x + y;",
      {
        'stages/dep.ts': "export const n = ''; export const late = () => import('./a/m.ts');",
        'stages/a/m.ts': 'export const w = import.meta.dirname.slice(-1);',
        'stages/b/m.ts': 'export const w = import.meta.dirname.slice(-1);',
      },
      "import { w as x } from './a/m.ts'; import { w as y } from './b/m.ts'",
      "import { w as x } from './b/m.ts'; import { w as y } from './a/m.ts'",
    ],
    [
      'a line break after which a statement ends',
      "import { f } from './a.ts'; const result = f();",
      { 'stages/a.ts': 'export function f() { return 1; }' },
      'return 1',
      'return\n1',
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
    ['tables of names', "const idle = { a: [EDIT, -1], b: 'a', c: () => EDIT };"],
    ['what only that uses', 'const inner = () => EDIT; function idle() { return inner(); }'],
    ['what is exported and not imported', 'export { idle as other }; const idle = EDIT * 2;'],
    [
      'a function with the name of what another has for itself',
      'export const other = (idle: number) => { const step = idle; return step; }; export { other as used2 }; function step() { return EDIT; }',
    ],
    ['a function that only itself calls', 'export function idle() { return EDIT + idle(); }'],
  ])('is not, where nothing can reach it: %s', async (_, text) => {
    const withEdit = (edit: string): Files => ({
      'stages/gmm.ts': "import { used } from './late.ts'; export default { run: () => used };",
      'stages/late.ts': `export const used = 1;\n${text.replaceAll('EDIT', edit)}`,
    });
    expect(await codeInKey(withEdit('2'))).toBe(await codeInKey(withEdit('1')));
  });

  it('and a name that two modules hand on to each other ends it, as it ends Node', async () => {
    const files: Files = {
      'stages/gmm.ts': "import * as all from '../src/b.ts'; export default { run: () => all };",
      'src/b.ts': "export { x } from './c.ts';",
      'src/c.ts': "export { x } from './b.ts';",
    };
    await expect(codeOf(files)).rejects.toMatchObject({ failure: { code: 'MODULE_UNUSABLE' } });
  });

  it.each<[string, Files]>([
    [
      'a name that leads in a ring on one of two ways',
      {
        'src/c.ts': "export * from './b.ts'; export * from './d.ts';",
        'src/b.ts': "export { a } from './c.ts';",
        'src/d.ts': 'export const a = 1;',
      },
    ],
    ['a large table', { 'src/c.ts': `export const a = [${'1,'.repeat(200_000)}];` }],
    [
      'many modules that hand on all of each other',
      {
        'src/c.ts': "export * from './m0.ts';",
        ...Object.fromEntries(
          Array.from({ length: 12 }, (_, i) => [
            `src/m${i}.ts`,
            `${Array.from({ length: 12 }, (__, j) => `export * from './m${j}.ts';`).join('')} export const ${i === 7 ? 'a' : `x${i}`} = 1;`,
          ]),
        ),
      },
    ],
    [
      'a script that is no module',
      {
        'src/c.ts': "import c from './c.cjs'; export const a = c;",
        'src/c.cjs':
          'function await(x) { return x; } module.exports = [String(new.target), await(1)]; return;',
      },
    ],
    ['a first line for a shell', { 'src/c.ts': '\ufeff#!/usr/bin/env node\nexport const a = 1;' }],
    [
      'a broken module that is loaded late, if at all',
      {
        'src/c.ts': "export const a = async () => import('./broken.ts').catch(() => 1);",
        'src/broken.ts': "import { gone } from './none.ts'; const = ;",
      },
    ],
    [
      'a module loaded late that imports what is not there',
      {
        'src/c.ts': "export const a = async () => import('./broken.ts').catch(() => 1);",
        'src/broken.ts': "import { gone } from './none.ts'; import { x } from './d.ts';",
        'src/d.ts': 'export const y = 1;',
      },
    ],
  ])('is what Node runs, if it runs it: %s', async (_, files) => {
    const code = await codeOf({
      'stages/gmm.ts': "import { a } from '../src/c.ts'; export default { run: () => a };",
      ...files,
    });
    expect(code.kind).toBe('module');
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
