/** Random edits of a made-up project, as a person, git or a package manager would make them, some to no effect. */
import type { Random } from '../../src/science/random.ts';
import {
  dependencies,
  entries,
  moduleNames,
  nearerFolders,
  packageNames,
  places,
  versions,
  type Import,
  type Mapped,
  type ModuleName,
  type Package,
  type Project,
} from './project.ts';

export interface Edit {
  readonly name: string;
  readonly project: Project;
}

export function firstProject(random: Random): Project {
  const packages = Object.fromEntries(packageNames.map((name, at) => [name, randomPackage(random, at)]));
  // Each leads to the next, so that none lies idle.
  const imports = moduleNames.map((name, at) => [
    name,
    [...nextModule(at), ...Array.from({ length: 8 }, () => randomImport(random, name))],
  ]);
  return {
    editions: {},
    comments: 0,
    packages: packages as Project['packages'],
    nearer: {},
    imports: Object.fromEntries(imports),
    mapped: randomMapped(random),
    scope: null,
    self: 'v1',
    sideEffects: null,
    file: 'v1',
    folder: 'v1',
    script: 'v1',
    computed: 'v1',
  };
}

const nextModule = (at: number): readonly Import[] => {
  const next = moduleNames[at + 1];
  return next === undefined ? [] : [{ kind: 'static', module: next }];
};

/** One that needs another needs one further down: no circles. */
function randomPackage(random: Random, at: number): Package {
  const further = packageNames.slice(at + 1);
  return {
    place: random.pick(places),
    version: random.pick(versions),
    entry: random.pick(entries),
    variant: random.pick(['a', 'b']),
    needs: further.length === 0 || random.uniform() < 0.4 ? null : random.pick(further),
    needsAs: random.pick(dependencies),
  };
}

const conditions = [
  'node',
  'import',
  'module-sync',
  'node-addons',
  'browser',
  'module',
  'development',
  'types',
  'require',
];

const randomMapped = (random: Random): Mapped => ({
  target: random.pick(['v1', 'v2']),
  conditions: random.uniform() < 0.5 ? [] : [random.pick(conditions)],
});

function randomImport(random: Random, from: ModuleName): Import {
  const below = moduleNames.slice(moduleNames.indexOf(from) + 1);
  const kinds = [
    'mapped',
    'self',
    'effect',
    'plain',
    'type',
    'json',
    'late json',
    'required',
    'url',
    'worker',
    'linked',
    'linked folder',
    'computed',
    'resolved',
  ] as const;
  const draw = random.uniform();
  if (draw < 0.2 && below.length > 0)
    return { kind: random.pick(['static', 'late', 'unused', 'star'] as const), module: random.pick(below) };
  if (draw < 0.5)
    return {
      kind: random.pick(['package', 'late package', 'required package'] as const),
      name: random.pick(packageNames),
    };
  return { kind: random.pick(kinds) };
}

/** `past` are the states the project has been in: git goes back to them. */
export function randomEdit(project: Project, past: readonly Project[], random: Random): Edit {
  const name = random.pick(Object.keys(edits));
  return { name, project: (edits[name] as Editing)(project, random, past) };
}

type Editing = (project: Project, random: Random, past: readonly Project[]) => Project;

const flip = (name: 'v1' | 'v2'): 'v1' | 'v2' => (name === 'v1' ? 'v2' : 'v1');

const editFile =
  (...paths: readonly string[]): Editing =>
  (project, random) => {
    const path = random.pick(paths);
    return { ...project, editions: { ...project.editions, [path]: (project.editions[path] ?? 0) + 1 } };
  };

/** Changes one package. */
const editPackage =
  (change: (one: Package, random: Random, at: number) => Partial<Package>): Editing =>
  (project, random) => {
    const at = random.integer(packageNames.length);
    const name = packageNames[at] as (typeof packageNames)[number];
    const one = project.packages[name];
    return { ...project, packages: { ...project.packages, [name]: { ...one, ...change(one, random, at) } } };
  };

const edits: Readonly<Record<string, Editing>> = {
  'edit a module': editFile(...moduleNames.map((name) => `lib/${name}.ts`)),
  'edit what is executed by its side': editFile(
    'lib/effect.ts',
    'lib/of-worker.ts',
    'lib/worker.ts',
    'lib/further.cjs',
    'lib/required.cjs',
    'lib/plain.js',
  ),
  'edit what is read': editFile('lib/text.txt', 'lib/data.json', 'lib/late-data.json'),
  'edit behind a link': editFile(
    'lib/v1.ts',
    'lib/v2.ts',
    'lib/folder-v1/inside.ts',
    'lib/folder-v2/inside.ts',
  ),
  'edit a computed import': editFile('lib/computed/v1.ts', 'lib/computed/v2.ts'),
  'edit a script': editFile('scripts/run-v1.sh', 'scripts/run-v2.sh', 'scripts/words'),
  'edit a type': editFile('lib/types.ts'),
  'edit a workspace or a linked package': (project, random, past) => {
    const paths = packageNames.flatMap((name) => {
      const { place } = project.packages[name];
      return place === 'workspace' ? [`packages/${name}`] : place === 'outside' ? [`../outside/${name}`] : [];
    });
    return paths.length === 0 ? project : editFile(...paths)(project, random, past);
  },
  'edit comments': (project) => ({ ...project, comments: project.comments + 1 }),
  'install another version': editPackage((_, random) => ({ version: random.pick(versions) })),
  'install it elsewhere': editPackage((_, random) => ({ place: random.pick(places) })),
  'let its package.json lead elsewhere': editPackage((one, random) => ({
    entry: random.pick(entries),
    variant: one.variant === 'a' ? 'b' : 'a',
  })),
  'let it need another': editPackage((_, random, at) => randomPackage(random, at)),
  'put a nearer copy or take it away': (project, random) => {
    const place = `${random.pick(nearerFolders)}/node_modules/${random.pick(packageNames)}`;
    const { [place]: there, ...rest } = project.nearer;
    return { ...project, nearer: there === undefined ? { ...rest, [place]: random.pick(versions) } : rest };
  },
  'retarget the imports map': (project, random) => ({ ...project, mapped: randomMapped(random) }),
  'put a nearer package.json or take it away': (project, random) => ({
    ...project,
    scope: project.scope === null ? { ...randomMapped(random), type: random.pick(['module', null]) } : null,
  }),
  'retarget the exports map': (project) => ({ ...project, self: flip(project.self) }),
  'say of side effects': (project, random) => ({ ...project, sideEffects: random.pick([true, false, null]) }),
  'move a link to a file': (project) => ({ ...project, file: flip(project.file) }),
  'move a link to a folder': (project) => ({ ...project, folder: flip(project.folder) }),
  'move a link to a script': (project) => ({ ...project, script: flip(project.script) }),
  'choose another computed import': (project) => ({ ...project, computed: flip(project.computed) }),
  'import something else': (project, random) => {
    const from = random.pick(moduleNames);
    const [first, ...rest] = project.imports[from];
    const fixed = first?.kind === 'static' ? [first] : [];
    const others = first?.kind === 'static' ? rest : project.imports[from];
    return {
      ...project,
      imports: { ...project.imports, [from]: [...fixed, ...others.slice(1), randomImport(random, from)] },
    };
  },
  'check out an earlier state': (project, random, past) => (past.length === 0 ? project : random.pick(past)),
};
