/** What a module stage loads is edited, relinked or upgraded between two runs: the second gives what Node gives then. */
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { folderOfTest, writeTree } from '../temporary-folder.ts';
import { ordinaryPipe, ordinaryProject } from './ordinary-user.ts';
import { pipe } from './pipe.ts';

type Files = Readonly<Record<string, string>>;

const pipeline = 'stages: { s: { use: stages/s.ts } }\n';

/** Writes what an expression comes to. */
const stage = (imports: string, value = 'v'): string => `
  import { readFileSync, writeFileSync } from 'node:fs';
  ${imports}
  export default { async run({ output }: any) { writeFileSync(output + '/out', String(${value})); } };`;

async function projectOf(files: Files): Promise<string> {
  const root = join(realpathSync(await folderOfTest()), 'project');
  mkdirSync(root);
  return writeTree(root, { 'pipeline.yaml': pipeline, 'package.json': '{ "type": "module" }', ...files });
}

async function result(root: string): Promise<{ readonly value: string; readonly stderr: string }> {
  const { code, stdout, stderr } = await pipe(root, ['run', 's']);
  if (code !== 0) throw new Error(stderr);
  return { value: readFileSync(join(root, stdout.trim().split('\n').at(-1) ?? '', 'out'), 'utf8'), stderr };
}

const packageOf = (folder: string, version: string, value: string, more: object = {}): Files => ({
  [`${folder}/package.json`]: JSON.stringify({
    name: folder.split('node_modules/').at(-1),
    version,
    type: 'module',
    exports: './index.js',
    ...more,
  }),
  [`${folder}/index.js`]: value,
});

function link(root: string, target: string, at: string): void {
  rmSync(join(root, at), { recursive: true, force: true });
  mkdirSync(dirname(join(root, at)), { recursive: true });
  symlinkSync(target, join(root, at));
}

interface Case {
  readonly files: Files;
  readonly before?: (root: string) => void;
  readonly edit: Files | ((root: string) => void);
}

const constant = (value: string): string => `export const v = '${value}';`;
const linked =
  (to: string): ((root: string) => void) =>
  (root) =>
    link(root, to, 'node_modules/lib');

const hooks = (value: string): string => `
  export const load = async (url, context, next) => ({
    ...(await next(url, context)),
    ...(url.endsWith('/m.ts') ? { format: 'module', source: "export const v = '${value}'" } : {}),
  });`;

const cases: Readonly<Record<string, Case>> = {
  'a package whose link moves to another version': {
    files: {
      'stages/s.ts': stage("import { v } from 'lib';"),
      ...packageOf('node_modules/.pnpm/lib@1/node_modules/lib', '1.0.0', constant('old')),
      ...packageOf('node_modules/.pnpm/lib@2/node_modules/lib', '2.0.0', constant('new')),
    },
    before: linked('.pnpm/lib@1/node_modules/lib'),
    edit: linked('.pnpm/lib@2/node_modules/lib'),
  },
  'the imports map of package.json': {
    files: {
      'package.json': '{ "type": "module", "imports": { "#v": "./lib/old.ts" } }',
      'stages/s.ts': stage("import { v } from '#v';"),
      'lib/old.ts': constant('old'),
      'lib/new.ts': constant('new'),
    },
    edit: { 'package.json': '{ "type": "module", "imports": { "#v": "./lib/new.ts" } }' },
  },
  'a part of a module that the same module takes another part of': {
    files: {
      'stages/s.ts': stage(
        "import { used } from './m.ts';",
        "(used(), (await import(['./m', 'ts'].join('.'))).v)",
      ),
      'stages/m.ts': `export const used = () => 1; ${constant('old')}`,
    },
    edit: { 'stages/m.ts': `export const used = () => 1; ${constant('new')}` },
  },
  'hooks of the loader': {
    files: {
      'stages/s.ts': stage(
        "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);",
        "(await import('./m.ts')).v",
      ),
      'stages/m.ts': constant('none'),
      'stages/hooks.mjs': hooks('old'),
    },
    edit: { 'stages/hooks.mjs': hooks('new') },
  },
  'a nearer copy of a package': {
    files: {
      'stages/s.ts': stage("import { v } from 'lib';"),
      ...packageOf('node_modules/lib', '1.0.0', constant('old')),
    },
    edit: packageOf('stages/node_modules/lib', '2.0.0', constant('new')),
  },
  'the exports of a package': {
    files: {
      'stages/s.ts': stage("import { v } from 'lib';"),
      ...packageOf('node_modules/lib', '1.0.0', constant('old')),
      'node_modules/lib/other.js': constant('new'),
    },
    edit: packageOf('node_modules/lib', '1.0.0', constant('old'), {
      exports: { 'module-sync': './other.js', default: './index.js' },
    }),
  },
  'a module imported for its effect where the project says it has none': {
    files: {
      'package.json': '{ "type": "module", "sideEffects": false }',
      'stages/s.ts': stage("import './setup.ts';", '(globalThis as any).scale'),
      'stages/setup.ts': "(globalThis as any).scale = 'old';",
    },
    edit: { 'stages/setup.ts': "(globalThis as any).scale = 'new';" },
  },
  'an import that is not used and has an effect': {
    files: {
      'stages/s.ts': stage(
        "import { unused } from './setup.ts'; import { type T } from './type.ts';",
        '(globalThis as any).scale',
      ),
      'stages/setup.ts': "export const unused = 1; (globalThis as any).scale = 'old';",
      'stages/type.ts': "export type T = 1; (globalThis as any).scale ??= 'old';",
    },
    edit: {
      'stages/setup.ts': 'export const unused = 1;',
      'stages/type.ts': "export type T = 1; (globalThis as any).scale ??= 'new';",
    },
  },
  'a call that says it is pure': {
    files: {
      'stages/s.ts': stage("import './setup.ts';", '(globalThis as any).scale'),
      'stages/setup.ts':
        "const set = (to: string) => ((globalThis as any).scale = to); export const x = /* @__PURE__ */ set('old');",
    },
    edit: {
      'stages/setup.ts':
        "const set = (to: string) => ((globalThis as any).scale = to); export const x = /* @__PURE__ */ set('new');",
    },
  },
  'a peer of a package': {
    files: {
      'stages/s.ts': stage("import { v } from 'a';"),
      ...packageOf('node_modules/a', '1.0.0', "export { v } from 'b';", { peerDependencies: { b: '*' } }),
      ...packageOf('node_modules/b', '1.0.0', constant('old')),
    },
    edit: packageOf('node_modules/b', '2.0.0', constant('new')),
  },
  'an optional peer that comes': {
    files: {
      'stages/s.ts': stage("import { v } from 'a';"),
      ...packageOf(
        'node_modules/a',
        '1.0.0',
        "export const v = await import('b').then(({ v }) => v, () => 'old');",
        {
          peerDependencies: { b: '*' },
          peerDependenciesMeta: { b: { optional: true } },
        },
      ),
    },
    edit: packageOf('node_modules/b', '2.0.0', constant('new')),
  },
  'which of two packages has which copy of a third': {
    files: {
      'stages/s.ts': stage(
        "import { v } from 'a'; import { v as w } from 'c';",
        "v === 'old' ? v : w === 'old' ? v : 'both'",
      ),
      ...packageOf('node_modules/a', '1.0.0', "export { v } from 'b';", { dependencies: { b: '*' } }),
      ...packageOf('node_modules/c', '1.0.0', "export { v } from 'b';", { dependencies: { b: '*' } }),
      ...packageOf('node_modules/a/node_modules/b', '1.0.0', constant('old')),
      ...packageOf('node_modules/c/node_modules/b', '2.0.0', constant('new')),
    },
    edit: (root) => {
      const [a, c] = ['a', 'c'].map((name) => join(root, 'node_modules', name, 'node_modules/b')) as [
        string,
        string,
      ];
      renameSync(a, `${a}-`);
      renameSync(c, a);
      renameSync(`${a}-`, c);
    },
  },
  'a package linked from outside the project': {
    files: {
      'stages/s.ts': stage("import { v } from 'lib';"),
      ...packageOf('../lib', '1.0.0', constant('old')),
    },
    before: linked('../../lib'),
    edit: { '../lib/index.js': constant('new') },
  },
  'a workspace inside the project': {
    files: {
      'stages/s.ts': stage("import { v } from 'lib';"),
      ...packageOf('packages/lib', '1.0.0', constant('old')),
    },
    before: linked('../packages/lib'),
    edit: { 'packages/lib/index.js': constant('new') },
  },
  'a workspace that a package needs': {
    files: {
      'stages/s.ts': stage("import { v } from 'a';"),
      ...packageOf('node_modules/a', '1.0.0', "export { v } from 'lib';", { peerDependencies: { lib: '*' } }),
      ...packageOf('packages/lib', '1.0.0', constant('old')),
    },
    before: linked('../packages/lib'),
    edit: { 'packages/lib/index.js': constant('new') },
  },
  'the project imported by its own name': {
    files: {
      'package.json': '{ "name": "self", "type": "module", "exports": { "./*": "./lib/*.ts" } }',
      'stages/s.ts': stage("import { v } from 'self/v';"),
      'lib/v.ts': constant('old'),
    },
    edit: { 'lib/v.ts': constant('new') },
  },
  'a package without a version': {
    files: {
      'stages/s.ts': stage("import { v } from 'lib';"),
      'node_modules/lib/package.json': '{ "type": "module", "exports": "./index.js" }',
      'node_modules/lib/index.js': constant('old'),
    },
    edit: { 'node_modules/lib/index.js': constant('new') },
  },
  'a folder that becomes a link, with other packages above': {
    files: {
      'stages/s.ts': stage("import { v } from '../lib/v.ts';"),
      'lib/v.ts': "export { v } from 'b';",
      ...packageOf('node_modules/b', '1.0.0', constant('old')),
      ...packageOf('other/node_modules/b', '2.0.0', constant('new')),
    },
    edit: (root) => {
      renameSync(join(root, 'lib'), join(root, 'other/lib'));
      link(root, 'other/lib', 'lib');
    },
  },
  'JSON that is imported': {
    files: {
      'stages/s.ts': stage("import data from './data.json' with { type: 'json' };", 'data.v'),
      'stages/data.json': '{ "v": "old" }',
    },
    edit: { 'stages/data.json': '{ "v": "new" }' },
  },
  'a file that createRequire loads': {
    files: {
      'stages/s.ts': stage(
        "import { createRequire as r } from 'node:module'; const load = r(import.meta.url);",
        "load('./deep.cjs')",
      ),
      'stages/deep.cjs': "module.exports = require('./deeper.json').v;",
      'stages/deeper.json': '{ "v": "old" }',
    },
    edit: { 'stages/deeper.json': '{ "v": "new" }' },
  },
  'two files of one name, exchanged': {
    files: {
      'stages/s.ts': stage(
        "import { v } from './a/a.ts'; import { v as w } from './b/b.ts';",
        "v === 'old' && w === 'new' ? 'old' : 'new'",
      ),
      'stages/a/a.ts':
        "import { readFileSync } from 'node:fs'; export const v = readFileSync(new URL('./data.txt', import.meta.url), 'utf8');",
      'stages/b/b.ts':
        "import { readFileSync } from 'node:fs'; export const v = readFileSync(new URL('./data.txt', import.meta.url), 'utf8');",
      'stages/a/data.txt': 'old',
      'stages/b/data.txt': 'new',
    },
    edit: { 'stages/a/data.txt': 'new', 'stages/b/data.txt': 'old' },
  },
  'a module that is read as a text': {
    files: {
      'stages/s.ts': stage('', "readFileSync(new URL('./' + 'text.ts', import.meta.url), 'utf8').slice(2)"),
      'stages/text.ts': '//old',
    },
    edit: { 'stages/text.ts': '//new' },
  },
  'the scope of a module: a package.json that comes': {
    files: {
      'package.json': '{ "type": "commonjs" }',
      'stages/s.ts':
        "const { writeFileSync } = require('node:fs'); module.exports = { run: async ({ output }) => writeFileSync(output + '/out', require('../lib/v.js').v) };",
      'lib/v.js': "exports.v = typeof this === 'object' ? 'old' : 'new';",
    },
    edit: (root) => {
      writeFileSync(join(root, 'lib/package.json'), '{ "type": "commonjs" }');
      writeFileSync(join(root, 'lib/v.js'), "exports.v = 'new';");
    },
  },
};

describe('a stage gives the new result after a change of', () => {
  it.each(Object.entries(cases))('%s', async (_, { files, before, edit }) => {
    const root = await projectOf(files);
    before?.(root);
    const first = await result(root);
    const again = await result(root);
    if (typeof edit === 'function') edit(root);
    else await writeTree(root, edit);
    const second = await result(root);
    expect([first.value, again.value, second.value]).toEqual(['old', 'old', 'new']);
    expect(again.stderr).toContain('0 ran, 1 unchanged');
  });
});

/** Names are put together while it runs, so that nothing can be known of them before. */
const computed = (expression: string): string => stage('', expression);
const strays: Readonly<Record<string, Case>> = {
  'a module': {
    files: {
      'stages/s.ts': computed("(await import(['./', 'late.ts'].join(''))).v"),
      'stages/late.ts': constant('old'),
    },
    edit: { 'stages/late.ts': constant('new') },
  },
  'what that module imports': {
    files: {
      'stages/s.ts': computed('(await import(`./${"plug"}/${"late"}.ts`)).v'),
      'stages/plug/late.ts': "export { v } from './later.ts';",
      'stages/plug/later.ts': constant('old'),
    },
    edit: { 'stages/plug/later.ts': constant('new') },
  },
  'a module by its absolute path': {
    files: {
      'stages/s.ts': computed("(await import(process.cwd() + '/plug/late.ts')).v"),
      'plug/late.ts': constant('old'),
    },
    edit: { 'plug/late.ts': constant('new') },
  },
  'a module that createRequire loads': {
    files: {
      'stages/s.ts': stage(
        "import { createRequire } from 'node:module';",
        "createRequire(import.meta.url)(['.', 'late'].join('/')).v",
      ),
      'stages/late.cjs': '',
      'stages/late.js': "throw new Error('no');",
      'stages/late/package.json': '{ "type": "commonjs" }',
    },
    before: (root) => {
      rmSync(join(root, 'stages/late.js'));
      writeFileSync(join(root, 'stages/late/index.js'), "exports.v = 'old';");
    },
    edit: { 'stages/late.json': '{ "v": "new" }' },
  },
  'a package, which is upgraded': {
    files: {
      'stages/s.ts': computed("(await import(['l', 'ib'].join(''))).v"),
      ...packageOf('node_modules/lib', '1.0.0', constant('old')),
    },
    edit: packageOf('node_modules/lib', '1.0.1', constant('new')),
  },
  'a package whose link moves': {
    files: {
      'stages/s.ts': computed("(await import(['l', 'ib'].join(''))).v"),
      ...packageOf('node_modules/.pnpm/lib@1/node_modules/lib', '1.0.0', constant('old')),
      ...packageOf('node_modules/.pnpm/lib@2/node_modules/lib', '2.0.0', constant('new')),
    },
    before: linked('.pnpm/lib@1/node_modules/lib'),
    edit: linked('.pnpm/lib@2/node_modules/lib'),
  },
  'a package that another loads without saying that it needs it': {
    files: {
      'stages/s.ts': stage("import { v } from 'a';"),
      ...packageOf('node_modules/a', '1.0.0', "export { v } from 'b';"),
      ...packageOf('node_modules/b', '1.0.0', constant('old')),
    },
    edit: packageOf('node_modules/b', '2.0.0', constant('new')),
  },
  'what a package loads by its absolute path': {
    files: {
      'stages/s.ts': stage("import { v } from 'a';"),
      ...packageOf(
        'node_modules/a',
        '1.0.0',
        "export const { v } = await import(process.cwd() + '/late.ts');",
      ),
      'late.ts': constant('old'),
    },
    edit: { 'late.ts': constant('new') },
  },
  'a file of a package without a version': {
    files: {
      'stages/s.ts': stage("import { v } from 'a';"),
      'node_modules/a/package.json': '{ "name": "a", "type": "module" }',
      'node_modules/a/index.js': "export const { v } = await import(['./', 'late.js'].join(''));",
      'node_modules/a/late.js': constant('old'),
    },
    edit: { 'node_modules/a/late.js': constant('new') },
  },
  'a nearer copy of a package that the code names elsewhere': {
    files: {
      'stages/s.ts': stage("import 'lib'; import { v } from './sub/late.ts';"),
      'stages/sub/late.ts': "export const { v } = await import(['l', 'ib'].join(''));",
      ...packageOf('node_modules/lib', '1.0.0', constant('old')),
    },
    edit: packageOf('stages/sub/node_modules/lib', '2.0.0', constant('new')),
  },
  'a nearer copy of a package that another loads without saying that it needs it': {
    files: {
      'stages/s.ts': stage("import { v } from 'a'; import 'b';"),
      ...packageOf('node_modules/a', '1.0.0', "export { v } from 'b';"),
      ...packageOf('node_modules/b', '1.0.0', constant('old')),
    },
    edit: packageOf('node_modules/a/node_modules/b', '2.0.0', constant('new')),
  },
  'a part of a module that another takes another part of': {
    files: {
      'stages/s.ts': stage("import { used } from './late.ts'; import { v } from './sub/late.ts'; used();"),
      'stages/sub/late.ts': "export const { v } = await import(['../', 'late.ts'].join(''));",
      'stages/late.ts': `export const used = () => 1; ${constant('old')}`,
    },
    edit: { 'stages/late.ts': `export const used = () => 1; ${constant('new')}` },
  },
  'a worker with options of its own': {
    files: {
      'stages/s.ts': stage(
        "import { Worker } from 'node:worker_threads'; import { once } from 'node:events';",
        "(await once(new Worker('./stages/' + ['wor', 'ker.ts'].join(''), { execArgv: [] }), 'message'))[0]",
      ),
      'stages/worker.ts': "import { parentPort } from 'node:worker_threads'; parentPort?.postMessage('old');",
    },
    edit: {
      'stages/worker.ts': "import { parentPort } from 'node:worker_threads'; parentPort?.postMessage('new');",
    },
  },
  'a module that was not there': {
    files: {
      'stages/s.ts': computed("(await import(['./', 'late.ts'].join('')).catch(() => ({ v: 'old' }))).v"),
    },
    edit: { 'stages/late.ts': constant('new') },
  },
  'a worker': {
    files: {
      'stages/s.ts': stage(
        "import { Worker } from 'node:worker_threads'; import { once } from 'node:events';",
        "(await once(new Worker('./stages/' + ['wor', 'ker.ts'].join('')), 'message'))[0]",
      ),
      'stages/worker.ts': "import { parentPort } from 'node:worker_threads'; parentPort?.postMessage('old');",
    },
    edit: {
      'stages/worker.ts': "import { parentPort } from 'node:worker_threads'; parentPort?.postMessage('new');",
    },
  },
};

describe('a stage that loads under a computed name gives the new result after a change of', () => {
  it.each(Object.entries(strays))('%s', async (_, { files, before, edit }) => {
    const root = await projectOf(files);
    before?.(root);
    const first = await result(root);
    const again = await result(root);
    if (typeof edit === 'function') edit(root);
    else await writeTree(root, edit);
    const plan = await pipe(root, ['plan', 's']);
    const second = await result(root);
    expect([first.value, again.value, second.value]).toEqual(['old', 'old', 'new']);
    expect(again.stderr).toContain('0 ran, 1 unchanged');
    expect(plan.stdout).toMatch(/^run +s +.*which it loads under a computed name, changed/);
    expect((await result(root)).stderr).toContain('0 ran, 1 unchanged');
  });
});

it('finished work is not adopted where it loaded under a computed name what is another by now', async () => {
  const root = await projectOf({
    'stages/s.ts': computed("(await import(['./', 'late.ts'].join(''))).v"),
    'stages/late.ts': constant('old'),
    'artifacts/s': 'a file where the folder of the stage should be',
  });
  expect((await pipe(root, ['run', 's'])).code).not.toBe(0);
  rmSync(join(root, 'artifacts/s'));
  await writeTree(root, { 'stages/late.ts': constant('new') });
  expect((await result(root)).value).toBe('new');
});

it('a module that was changed while the stage ran is looked for anew, as what it was loaded with cannot be known', async () => {
  const root = await projectOf({
    'stages/s.ts': stage(
      "import { writeFileSync as write } from 'node:fs'; const first = await import(['./', 'late.ts'].join(''));",
      'first.v',
    ).replace(
      'writeFileSync(output',
      "write(new URL('.', import.meta.url).pathname + 'late.' + 'ts', \"export const v = 'new';\"); writeFileSync(output",
    ),
    'stages/late.ts': constant('old'),
  });
  expect((await result(root)).value).toBe('old');
  expect((await result(root)).value).toBe('new');
});

it('what a stage writes and then loads is its own: it is unchanged the next time', async () => {
  const root = await projectOf({
    'stages/s.ts': stage(
      "import { mkdtempSync } from 'node:fs'; import { tmpdir } from 'node:os'; const made = mkdtempSync(tmpdir() + '/made-') + '/made.mjs';",
      '(writeFileSync(made, "export const v = \'old\';"), (await import(made)).v)',
    ),
  });
  expect((await result(root)).value).toBe('old');
  expect((await result(root)).stderr).toContain('0 ran, 1 unchanged');
});

it('a file behind a link that a module names is no undeclared one', async () => {
  const root = await projectOf({
    'stages/s.ts': stage('', "readFileSync(new URL('./data.txt', import.meta.url), 'utf8')"),
    'data/old.txt': 'old',
    'data/new.txt': 'new',
  });
  link(root, '../data/old.txt', 'stages/data.txt');
  const first = await result(root);
  link(root, '../data/new.txt', 'stages/data.txt');
  const second = await result(root);
  expect([first.value, second.value]).toEqual(['old', 'new']);
  expect(first.stderr).not.toContain('stray');
});

it('a file below a folder that a module names is an undeclared one', async () => {
  const root = await projectOf({
    'stages/s.ts': stage('', "readFileSync(new URL('./data', import.meta.url).pathname + '/x.txt', 'utf8')"),
    'stages/data/x.txt': 'old',
  });
  const first = await result(root);
  expect(first.stderr).toContain('stray   s  read stages/data/x.txt');
});

it('a module that a variable of the stage leads to is found again', async () => {
  const root = await projectOf({
    'pipeline.yaml': 'stages: { s: { use: stages/s.ts, environment: [NODE_PATH] } }\n',
    'stages/s.ts': stage(
      "import { createRequire } from 'node:module';",
      "createRequire(import.meta.url)('away').v",
    ),
    'shared/away/index.cjs': '',
    'shared/away/package.json': '{ "main": "./index.cjs" }',
  });
  const values = [];
  for (const value of ['old', 'old', 'new']) {
    await writeTree(root, { 'shared/away/index.cjs': `exports.v = '${value}';` });
    const { code, stdout, stderr } = await pipe(root, ['run', 's'], { NODE_PATH: join(root, 'shared') });
    const ran = /(\d) ran/.exec(stderr)?.[1];
    values.push([code, ran, readFileSync(join(root, stdout.trim().split('\n').at(-1) ?? '', 'out'), 'utf8')]);
  }
  expect(values).toEqual([
    [0, '1', 'old'],
    [0, '0', 'old'],
    [0, '1', 'new'],
  ]);
});

it('what may not be looked into is not there, as it is for Node', async () => {
  const root = await ordinaryProject({
    'pipeline.yaml': pipeline,
    'package.json': '{ "type": "module" }',
    'stages/s.ts': stage("import { v } from 'lib';"),
    ...packageOf('node_modules/lib', '1.0.0', constant('old')),
    ...packageOf('stages/node_modules/lib', '2.0.0', constant('new')),
  });
  chmodSync(join(root, 'stages/node_modules'), 0);
  const closed = await ordinaryPipe(root, 'run', 's');
  chmodSync(join(root, 'stages/node_modules'), 0o755);
  const open = await ordinaryPipe(root, 'run', 's');
  const values = [closed, open].map(({ stdout, stderr }) => [
    readFileSync(join(root, stdout.trim().split('\n').at(-1) ?? '', 'out'), 'utf8'),
    /\d ran/.exec(stderr)?.[0],
  ]);
  expect(values).toEqual([
    ['old', '1 ran'],
    ['new', '1 ran'],
  ]);
});

it('a module that may not be read is named', async () => {
  const root = await ordinaryProject({
    'pipeline.yaml': pipeline,
    'package.json': '{ "type": "module" }',
    'stages/s.ts': stage("import { v } from './m.ts';"),
    'stages/m.ts': constant('old'),
  });
  chmodSync(join(root, 'stages/m.ts'), 0);
  const { code, stderr } = await ordinaryPipe(root, 'run', 's');
  expect(stderr).toMatch(/ stages\/m\.ts: MODULE_UNUSABLE EACCES/);
  expect(code).toBe(1);
});

it('a project that was moved is unchanged: what loads a stage is none of what it loads', async () => {
  const root = await projectOf({ 'stages/s.ts': stage('', "'old'") });
  await result(root);
  const moved = join(root, '..', 'deeper', 'still');
  mkdirSync(dirname(moved));
  renameSync(root, moved);
  expect((await result(moved)).stderr).toContain('0 ran, 1 unchanged');
});

it.each<[string, Files, string]>([
  ['an enum', { 'stages/m.ts': `${constant('old')} enum Unused { A }` }, 'enum is not supported'],
  ['a namespace', { 'stages/m.ts': `${constant('old')} namespace N { export const a = 1; }` }, 'namespace'],
  [
    'a parameter that is a property',
    { 'stages/m.ts': `${constant('old')} class Unused { constructor(private x: number) {} }` },
    'parameter property is not supported',
  ],
  [
    'an assertion in angle brackets',
    { 'stages/m.ts': `${constant('old')} const a = () => <any>1;` },
    'angle',
  ],
  [
    'JSON that is not said to be JSON',
    { 'stages/m.ts': "import d from './d.json'; export const { v } = d;", 'stages/d.json': '{ "v": "old" }' },
    'JSON, and nothing else',
  ],
])('%s is refused, as Node does, where nothing uses it too', async (_, edit, message) => {
  const root = await projectOf({
    'stages/s.ts': stage("import { v } from './m.ts';"),
    'stages/m.ts': "import d from './d.json' with { type: 'json' }; export const { v } = d;",
    'stages/d.json': '{ "v": "old" }',
  });
  expect((await result(root)).value).toBe('old');
  await writeTree(root, edit);
  const { code, stderr } = await pipe(root, ['run', 's']);
  expect(stderr).toMatch(/stages\/m\.ts(?::1:\d+)?: MODULE_UNUSABLE Node takes/);
  expect(stderr).toContain(message);
  expect(code).toBe(1);
});

it.each([
  "const at = new URL('./a%2Fb', import.meta.url);",
  "const at = new URL('./a%00b', import.meta.url);",
  "let at; try { at = readFileSync(new URL('//elsewhere/x', import.meta.url)); } catch {}",
  "await import('./a%2Fb').catch(() => 1);",
  "await import(['file://else', 'where/x.ts'].join('')).catch(() => 1);",
])('a URL that is no path is as if nothing were there: %s', async (code) => {
  const root = await projectOf({ 'stages/s.ts': stage(code, "'old'") });
  expect((await result(root)).value).toBe('old');
  expect((await result(root)).stderr).toContain('0 ran, 1 unchanged');
});

it('a stage that imports the stage API alone has no package in its key', async () => {
  const api = join(import.meta.dirname, '../../src/stage.ts');
  const root = await projectOf({
    'stages/s.ts': `import { defineStage } from ${JSON.stringify(api)};\n${stage('', "'old'").replace('export default {', 'export default defineStage({').replace(/};$/, '});')}`,
  });
  expect((await result(root)).value).toBe('old');
  expect((await pipe(root, ['why', 's'])).stdout).toMatch(/packages +unchanged \(0, Node \d+\)/);
});
