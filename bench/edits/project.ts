/**
 * A made-up project in which every file that Node could run says its name and its edition: what a stage writes names all that
 * was executed. `treeOf` writes it out; the edits of `edit.ts` change the description.
 */
import type { Tree, TreeEntry } from './tree.ts';

export const packageNames = ['ant', 'bee', 'cat', 'dog'] as const;
type PackageName = (typeof packageNames)[number];

/** Where a package lies: in `node_modules`, behind a link of a package manager, in a workspace, or outside the project. */
export const places = ['hoisted', 'pnpm', 'workspace', 'outside'] as const;
export const entries = ['index', 'main', 'exports', 'conditions', 'pattern', 'ordered conditions'] as const;
export const dependencies = ['dependencies', 'peerDependencies', 'optionalDependencies'] as const;
export const versions = [1, 2, 3] as const;

export interface Package {
  readonly place: (typeof places)[number];
  readonly version: number;
  /** How its `package.json` leads to a file, and which of two files that is. */
  readonly entry: (typeof entries)[number];
  readonly variant: 'a' | 'b';
  readonly needs: PackageName | null;
  readonly needsAs: (typeof dependencies)[number];
}

/** Places where a nearer copy of a package may be put. */
export const nearerFolders = ['stages', 'lib', 'lib/deep'] as const;

export const moduleNames = ['m0', 'm1', 'm2', 'm3', 'm4'] as const;
export type ModuleName = (typeof moduleNames)[number];

/** Everything a module can say to have something executed or read; `m0` imports from those after it alone. */
export type Import =
  | { readonly kind: 'static' | 'late' | 'unused' | 'star'; readonly module: ModuleName }
  | { readonly kind: 'package' | 'late package' | 'required package'; readonly name: PackageName }
  | {
      readonly kind:
        'mapped' | 'self' | 'effect' | 'type' | 'json' | 'required' | 'url' | 'worker' | 'linked';
    }
  | { readonly kind: 'plain' | 'linked folder' | 'late json' | 'computed' | 'resolved' };

export interface Project {
  /** By path: raised with each edit of a file. */
  readonly editions: Readonly<Record<string, number>>;
  readonly comments: number;
  readonly packages: Readonly<Record<PackageName, Package>>;
  readonly nearer: Readonly<Record<string, number>>;
  readonly imports: Readonly<Record<ModuleName, readonly Import[]>>;
  /** What `#mapped` leads to in the `package.json` of the project, and in one of `lib` where there is one. */
  readonly mapped: Mapped;
  readonly scope: Scope | null;
  readonly self: ModuleTarget;
  readonly sideEffects: boolean | null;
  /** The targets of links: of a file, of a folder, of a script. */
  readonly file: 'v1' | 'v2';
  readonly folder: 'v1' | 'v2';
  readonly script: 'v1' | 'v2';
  /** What a computed import leads to. */
  readonly computed: 'v1' | 'v2';
}

type ModuleTarget = 'v1' | 'v2';
export interface Mapped {
  readonly target: ModuleTarget;
  /** Conditions before `default`, each leading to the other target. */
  readonly conditions: readonly string[];
}

/** A `package.json` of `lib`; without a type Node tells modules by their syntax. */
interface Scope extends Mapped {
  readonly type: 'module' | null;
}

type Files = Map<string, TreeEntry>;

export function treeOf(project: Project): Tree {
  const files: Files = new Map();
  const write = (path: string, text: string): void => void files.set(path, { kind: 'file', text });
  const link = (path: string, to: string): void => void files.set(path, { kind: 'link', to });
  const said = (path: string): string => JSON.stringify(`${path}@${project.editions[path] ?? 0}`);
  const module = (path: string, more = ''): void =>
    write(
      path,
      `// comment ${project.comments}\n${more}export const v${more === '' ? ': string' : ''} = ${said(path)};\n`,
    );

  write('pipeline.yaml', pipeline);
  write('package.json', JSON.stringify(packageOfProject(project)));
  if (project.scope !== null) write('lib/package.json', JSON.stringify(packageOfScope(project.scope)));
  write('stages/s.ts', stage);
  for (const name of moduleNames) write(`lib/${name}.ts`, textOf(name, project, said));
  for (const v of ['v1', 'v2']) {
    module(`lib/${v}.ts`);
    module(`lib/folder-${v}/inside.ts`);
    module(`lib/computed/${v}.ts`);
    write(
      `scripts/run-${v}.sh`,
      `cat scripts/words > "$1/out"; printf %s ${said(`scripts/run-${v}.sh`)} >> "$1/out"\n`,
    );
  }
  module('lib/types.ts', 'export type T = string;\n');
  write(
    'lib/effect.ts',
    `((globalThis as any).effects ??= []).push(${said('lib/effect.ts')});\nexport {};\n`,
  );
  write(
    'lib/plain.js',
    `(globalThis.effects ??= []).push(${said('lib/plain.js')} + ' ' + typeof require + ' ' + this);\n`,
  );
  for (const name of ['data', 'late-data'])
    write(`lib/${name}.json`, JSON.stringify({ v: project.editions[`lib/${name}.json`] ?? 0 }));
  write(
    'lib/required.cjs',
    `// comment ${project.comments}\nexports.v = ${said('lib/required.cjs')} + '\\n' + require('./further.cjs').v;\n`,
  );
  write('lib/further.cjs', `exports.v = ${said('lib/further.cjs')};\n`);
  write('lib/text.txt', said('lib/text.txt'));
  write(
    'lib/worker.ts',
    `import { parentPort } from 'node:worker_threads';\nimport { v } from './of-worker.ts';\nparentPort!.postMessage(${said('lib/worker.ts')} + '\\n' + v);\n`,
  );
  module('lib/of-worker.ts');
  write('scripts/words', said('scripts/words'));
  link('lib/linked.ts', `${project.file}.ts`);
  link('lib/current', `folder-${project.folder}`);
  link('scripts/run.sh', `run-${project.script}.sh`);
  write('lib/choice.json', JSON.stringify(project.computed));
  for (const name of packageNames) writePackage(name, project, said, write, link);
  for (const [place, version] of Object.entries(project.nearer)) {
    const name = place.slice(place.lastIndexOf('/') + 1);
    writeCopy(place, { name, version, entry: 'index', variant: 'a' }, write);
  }
  return new Map([...files].map(([path, entry]) => [`project/${path}`.replace('project/../', ''), entry]));
}

const pipeline = `
stages:
  s: { use: stages/s.ts }
  c: { run: 'sh scripts/run.sh {{ output }}', files: [scripts/run.sh, scripts/words] }
  all: { run: 'cat {{ inputs.s }} {{ inputs.c }} > {{ output }}/out', inputs: { s: s/out, c: c/out } }
`;

const stage = `
import { writeFileSync } from 'node:fs';
import { v } from '../lib/m0.ts';
export default {
  async run({ output }: any): Promise<void> {
    const effects: string[] = (globalThis as any).effects ?? [];
    writeFileSync(output + '/out', [...new Set([...v.split('\\n'), ...effects])].join('\\n') + '\\n');
  },
};
`;

function packageOfProject({ mapped, self, sideEffects, packages }: Project): object {
  return {
    name: 'project',
    type: 'module',
    workspaces: ['packages/*'],
    ...(sideEffects === null ? {} : { sideEffects }),
    dependencies: Object.fromEntries(packageNames.map((name) => [name, `${packages[name].version}.0.0`])),
    imports: { '#mapped': target('./lib/', mapped) },
    exports: { './self': `./lib/${self}.ts` },
  };
}

function packageOfScope({ type, ...mapped }: Scope): object {
  return {
    name: 'project',
    ...(type === null ? {} : { type }),
    imports: { '#mapped': target('./', mapped) },
    exports: { './self': './v1.ts' },
  };
}

const other = (name: 'v1' | 'v2'): 'v1' | 'v2' => (name === 'v1' ? 'v2' : 'v1');

/** From `lib/` the same two files, from its own scope by paths within it. */
function target(folder: string, { target: to, conditions }: Mapped): unknown {
  if (conditions.length === 0) return `${folder}${to}.ts`;
  return Object.fromEntries([
    ...conditions.map((condition) => [condition, `${folder}${other(to)}.ts`]),
    ['default', `${folder}${to}.ts`],
  ]);
}

/** One module: its imports, and an export that joins what all of them say. */
function textOf(name: ModuleName, { imports, comments }: Project, said: (path: string) => string): string {
  const heads = new Set<string>([`// comment ${comments}`]);
  const parts: string[] = [said(`lib/${name}.ts`)];
  const requires = "import { createRequire } from 'node:module';";
  const head = (line: string, part?: string): void => {
    heads.add(line);
    if (part !== undefined) parts.push(part);
  };
  imports[name].forEach((one, at) => {
    const own = `i${at}`;
    switch (one.kind) {
      case 'static':
        return head(`import { v as ${own} } from './${one.module}.ts';`, own);
      case 'unused':
        return head(`import { v as ${own} } from './${one.module}.ts';`);
      case 'star':
        return head(`import * as ${own} from './${one.module}.ts';`, `${own}.v`);
      case 'late':
        return parts.push(`(await import('./${one.module}.ts')).v`);
      case 'package':
        return head(`import { v as ${own} } from '${one.name}';`, own);
      case 'late package':
        return parts.push(`(await import('${one.name}')).v`);
      case 'required package':
        return head(requires, `createRequire(import.meta.url)('${one.name}').v`);
      case 'mapped':
        return head(`import { v as ${own} } from '#mapped';`, own);
      case 'self':
        return head(`import { v as ${own} } from 'project/self';`, own);
      case 'plain':
        return head("import './plain.js';");
      case 'effect':
        return head("import './effect.ts';");
      case 'type':
        return head("import type { T } from './types.ts';", "('' as T)");
      case 'json':
        return head(`import ${own} from './data.json' with { type: 'json' };`, `JSON.stringify(${own})`);
      case 'late json':
        return parts.push(
          "JSON.stringify((await import('./late-data.json', { with: { type: 'json' } })).default)",
        );
      case 'required':
        return head(requires, "createRequire(import.meta.url)('./required.cjs').v");
      case 'url':
        return head(
          "import { readFileSync } from 'node:fs';",
          "readFileSync(new URL('./text.txt', import.meta.url), 'utf8')",
        );
      case 'worker':
        return head(
          "import { Worker } from 'node:worker_threads';\nimport { once } from 'node:events';",
          "(await once(new Worker(new URL('./worker.ts', import.meta.url)), 'message'))[0]",
        );
      case 'linked':
        return head(`import { v as ${own} } from './linked.ts';`, own);
      case 'linked folder':
        return head(`import { v as ${own} } from './current/inside.ts';`, own);
      case 'computed':
        return head(
          "import choice from './choice.json' with { type: 'json' };",
          '(await import(`./computed/${choice}.ts`)).v',
        );
      case 'resolved':
        return head(
          "import { readFileSync } from 'node:fs';",
          "readFileSync(new URL(import.meta.resolve('./linked.ts')), 'utf8')",
        );
    }
  });
  return `${[...heads].join('\n')}\nexport const v: string = [${parts.join(', ')}].join('\\n');\n`;
}

interface Copy {
  readonly name: string;
  readonly version: number;
  readonly entry: Package['entry'];
  readonly variant: 'a' | 'b';
  /** What its files say besides name and version, where these do not stand for them: outside of any `node_modules`. */
  readonly own?: string;
  readonly needs?: Pick<Package, 'needs' | 'needsAs'>;
}

type Write = (path: string, text: string) => void;

function writePackage(
  name: PackageName,
  project: Project,
  said: (path: string) => string,
  write: Write,
  link: Write,
): void {
  const { place, version, entry, variant, needs, needsAs } = project.packages[name];
  const copy = { name, version, entry, variant, needs: { needs, needsAs } };
  switch (place) {
    case 'hoisted':
      return writeCopy(`node_modules/${name}`, copy, write);
    case 'workspace': {
      const folder = `packages/${name}`;
      link(`node_modules/${name}`, `../${folder}`);
      return writeCopy(folder, { ...copy, own: said(folder) }, write);
    }
    case 'outside': {
      const folder = `../outside/${name}`;
      link(`node_modules/${name}`, `../${folder}`);
      return writeCopy(folder, { ...copy, own: said(folder), needs: { needs: null, needsAs } }, write);
    }
    case 'pnpm':
      // Old versions stay for a while.
      for (const each of versions) {
        const folder = `node_modules/.pnpm/${name}@${each}.0.0/node_modules`;
        writeCopy(`${folder}/${name}`, { ...copy, version: each }, write);
        if (needs !== null) link(`${folder}/${needs}`, `../../../${needs}`);
      }
      return link(`node_modules/${name}`, `.pnpm/${name}@${version}.0.0/node_modules/${name}`);
  }
}

/** Two files, `a` and `b`, as modules and for `require`; `package.json` says which is taken. */
function writeCopy(
  folder: string,
  { name, version, entry, variant, own = '', needs }: Copy,
  write: Write,
): void {
  const need = needs?.needs ?? null;
  for (const each of ['a', 'b']) {
    const text = JSON.stringify(`${name}@${version}.0.0/${each}${own}`);
    const [imports, more] =
      need === null ? ['', ''] : [`import { v as of } from '${need}';\n`, " + '\\n' + of"];
    const requires = need === null ? '' : ` + '\\n' + require('${need}').v`;
    write(`${folder}/${each}.mjs`, `${imports}export const v = ${text}${more};\n`);
    write(`${folder}/${each}.cjs`, `exports.v = ${text} + ' required'${requires};\n`);
  }
  write(`${folder}/index.js`, `exports.v = require('./a.cjs').v + ' index';\n`);
  write(
    `${folder}/package.json`,
    JSON.stringify({
      name,
      version: `${version}.0.0`,
      ...leading(entry, variant),
      ...(need === null || needs === undefined ? {} : { [needs.needsAs]: { [need]: '*' } }),
    }),
  );
}

function leading(entry: Package['entry'], variant: 'a' | 'b'): object {
  const another = variant === 'a' ? 'b' : 'a';
  switch (entry) {
    case 'index':
      return {};
    case 'main':
      return { main: `./${variant}.cjs` };
    case 'exports':
      return { exports: `./${variant}.cjs`, main: './index.js' };
    case 'conditions':
      return { exports: { '.': { import: `./${variant}.mjs`, require: `./${another}.cjs` } } };
    case 'ordered conditions':
      return {
        exports: {
          node: { import: `./${variant}.mjs`, default: `./${variant}.cjs` },
          default: `./${another}.cjs`,
        },
        module: `./${another}.mjs`,
      };
    case 'pattern':
      return { exports: { '.': [{ browser: './none.js' }, `./${variant}.cjs`], './*': './*.mjs' } };
  }
}
