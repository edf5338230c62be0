/** The resolver against Node itself, over random projects. */
import { spawn } from 'node:child_process';
import { mkdirSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';

import { changedPlace, lookAtPlaces } from '../../../src/run/code/places.ts';
import { resolveModule, type Loading } from '../../../src/run/code/resolve-module.ts';
import { folderOfTest } from '../../temporary-folder.ts';

interface Question {
  readonly specifier: string;
  readonly parent: string;
  readonly loading: Loading;
}

const name = fc.constantFrom('a', 'b', '@s/c', 'w');
const file = fc.constantFrom(
  'index.js',
  'index.json',
  'x.js',
  'x.ts',
  'lib/x.js',
  'lib/index.js',
  'v.cjs',
  'lib/yy.js',
);
const target = fc.oneof(
  { weight: 6, arbitrary: file.map((path) => `./${path}`) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      './lib/*.js',
      './*',
      './lib/*',
      './*/index.js',
      './none.js',
      './node_modules/a/x.js',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('../x.js', 'a', 'b/x.js', 'node:fs', 'fs', './lib/', './../x.js', '/x.js'),
  },
);
const entry: fc.Arbitrary<unknown> = fc.letrec<{ entry: unknown }>((tie) => ({
  entry: fc.oneof(
    { maxDepth: 2 },
    { weight: 5, arbitrary: target },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.array(tie('entry'), { maxLength: 2 }) },
    {
      weight: 3,
      arbitrary: fc.dictionary(
        fc.constantFrom(
          'node',
          'import',
          'require',
          'default',
          'browser',
          'module-sync',
          'types',
          'node-addons',
        ),
        tie('entry'),
        { maxKeys: 3 },
      ),
    },
  ),
})).entry;
const subpaths = fc.constantFrom(
  '.',
  './x',
  './x.js',
  './lib/*',
  './*',
  './*.js',
  './lib/x',
  './l*x',
  './lib/',
  './lib/*.js',
);
const exportsMap = fc.oneof(entry, fc.dictionary(subpaths, entry, { maxKeys: 4 }));
const importsMap = fc.dictionary(fc.constantFrom('#x', '#lib/*', '#*', '#x/y', '#x*y', '#a'), entry, {
  maxKeys: 4,
});
const packageFile = fc.record(
  {
    name,
    type: fc.constantFrom('module', 'commonjs'),
    main: fc.constantFrom('x', './lib', 'lib/x.js', 'none', 'v.cjs', ''),
    exports: exportsMap,
    imports: importsMap,
  },
  { requiredKeys: [] },
);
const folder = fc.constantFrom(
  '',
  'stages',
  'node_modules/a',
  'node_modules/b',
  'node_modules/@s/c',
  'stages/node_modules/a',
  'stages/node_modules/@s/c',
  'node_modules/a/node_modules/b',
  'packages/w',
  'packages/w/node_modules/b',
  'node_modules/node_modules/b',
);
const project = fc.record({
  files: fc.array(fc.tuple(folder, file), { minLength: 4, maxLength: 24 }),
  packages: fc.array(fc.tuple(folder, packageFile), { maxLength: 8 }),
  links: fc.array(
    fc.tuple(
      fc.constantFrom(
        'node_modules/w',
        'node_modules/b',
        'stages/node_modules/b',
        'stages/l',
        'node_modules/a/lib',
      ),
      fc.constantFrom('packages/w', 'node_modules/a', 'stages', 'none', 'stages/x.js'),
    ),
    { maxLength: 3 },
  ),
});
const specifier = fc.oneof(
  fc
    .tuple(
      name,
      fc.constantFrom('', '/x', '/x.js', '/lib/x', '/lib/yy', '/lib/x.js', '/lib', '/lib/', '/l-x'),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    './x',
    './x.js',
    './x.js?v=1',
    './lib',
    './lib/',
    '../stages/x.js',
    '..',
    '.',
    './%78.js',
    './l/x.js',
    '#x',
    '#lib/x',
    '#lib/x.js',
    '#x/y',
    '#x-y',
    '#a',
    '#',
    'fs',
    'node:fs',
    'node:none',
    'data:text/javascript,1',
    '.x',
    './none.js',
    '@s',
    'a%2fx',
    '../packages/w',
  ),
);
const question = fc.record({
  specifier,
  parent: fc
    .tuple(folder, fc.constantFrom('x.js', 'lib/x.js'))
    .map((parts) => parts.filter(Boolean).join('/')),
  loading: fc.constantFrom('import' as const, 'require' as const),
});

/** Later ones give way to earlier ones that stand where they would. */
function build(
  root: string,
  { files, packages, links }: typeof project extends fc.Arbitrary<infer T> ? T : never,
): void {
  const attempt = (path: string, make: (path: string) => void): void => {
    try {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      make(join(root, path));
    } catch {
      // Something else stands there.
    }
  };
  for (const [path, to] of links) attempt(path, (at) => symlinkSync(join(root, to), at));
  for (const [within, path] of files) attempt(join(within, path), (at) => writeFileSync(at, ''));
  for (const [within, fields] of packages)
    attempt(join(within, 'package.json'), (at) => writeFileSync(at, JSON.stringify(fields)));
}

const asker = `
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
const answer = ({ specifier, parent, loading }) => {
  try {
    return loading === 'import'
      ? import.meta.resolve(specifier, pathToFileURL(parent).href)
      : createRequire(parent).resolve(specifier);
  } catch { return null; }
};
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(JSON.parse(line).map(answer)));`;

/** A process of Node that answers as our resolver does: a path with what follows it, `builtin` or `missing`. */
function openNode(): { ask(questions: readonly Question[]): Promise<readonly string[]>; close(): void } {
  const options = [
    '--experimental-import-meta-resolve',
    '--no-warnings',
    '--input-type=module',
    '--eval',
    asker,
  ];
  const node = spawn(process.execPath, options, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: node.stdout })[Symbol.asyncIterator]();
  return {
    async ask(questions) {
      node.stdin.write(`${JSON.stringify(questions)}\n`);
      const { value } = (await lines.next()) as { value: string };
      return (JSON.parse(value) as readonly (string | null)[]).map(inOurWords);
    },
    close: () => node.stdin.end(),
  };
}

function inOurWords(answer: string | null): string {
  if (answer === null) return 'missing';
  if (!answer.startsWith('file:')) return answer.startsWith('/') ? answer : 'builtin';
  const url = new URL(answer);
  const path = fileURLToPath(url);
  // What is not there Node tells only when it loads it.
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? `${path}${url.search}${url.hash}` : 'missing';
}

describe('what a specifier resolves to', () => {
  it('is what Node resolves it to', async () => {
    const node = openNode();
    onTestFinished(() => node.close());
    const folder = realpathSync(await folderOfTest());
    let projects = 0;
    await fc.assert(
      fc.asyncProperty(project, fc.array(question, { minLength: 8, maxLength: 24 }), async (made, asked) => {
        const root = join(folder, String(projects++));
        mkdirSync(root);
        build(root, made);
        const questions = asked.map((each) => {
          const parent = join(root, each.parent);
          try {
            return { ...each, parent: realpathSync(parent) };
          } catch {
            return { ...each, parent };
          }
        });
        const places = lookAtPlaces();
        const ours = questions.map(({ specifier, parent, loading }) => {
          const resolved = resolveModule(specifier, parent, loading, places);
          return resolved.kind === 'file' ? `${resolved.path}${resolved.suffix}` : resolved.kind;
        });
        expect(ours.map((answer, index) => [questions[index], answer])).toEqual(
          (await node.ask(questions)).map((answer, index) => [questions[index], answer]),
        );
        expect(changedPlace(places.stamps())).toBeUndefined();
      }),
      { numRuns: Number(process.env['RESOLVE_RUNS'] ?? 60) },
    );
  }, 120_000);
});
