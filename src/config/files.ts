/** Whether what a configuration names on the disk is there: inputs, modules of stages, scripts of commands. */
import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { gather, mostTold, type Diagnostic } from './diagnostic.ts';
import type { PathInput } from './input.ts';
import { nearestName } from './nearest.ts';
import { describeOrigin } from './source.ts';
import { overlap } from './store-overlap.ts';
import type { StageDeclaration } from './stage-declaration.ts';

/** Errors: `PATH_MISSING`, `PATH_UNREADABLE`, `INPUT_HOLDS_STORE`. */
export async function checkPaths(
  root: string,
  uses: readonly (PathInput & { readonly stage: string; readonly input: string })[],
): Promise<readonly Diagnostic[]> {
  return whileFew(
    onceEach(uses),
    async ({ path, origin, parameter, description, stage, input }): Promise<Diagnostic[]> => {
      const name = parameter ?? `${stage}.inputs.${input}`;
      const what = description ?? 'a file or folder';
      const overlapping = await overlapWithStore(root, path);
      if (overlapping !== undefined)
        return [{ ...overlapping, message: `${name}: ${overlapping.message}`, origin }];
      const problem = await problemWith(resolve(root, path));
      if (problem === undefined) return [];
      const near = problem === 'nothing' ? await nearestPath(root, path) : undefined;
      const code = problem === 'nothing' ? 'PATH_MISSING' : 'PATH_UNREADABLE';
      return [
        {
          code,
          message: `${name}: expected ${what} at ${path}, found ${problem}`,
          origin,
          nearest: near,
          remedy: `paths are relative to ${root}`,
        },
      ];
    },
  );
}

async function overlapWithStore(
  root: string,
  path: string,
): Promise<Pick<Diagnostic, 'code' | 'message' | 'remedy'> | undefined> {
  const written = resolve(root, path);
  const [input, store] = await Promise.all([realPathOf(written), realPathOf(join(root, 'artifacts'))]);
  const how = overlap(input, store);
  if (how === undefined) return undefined;
  return {
    code: 'INPUT_HOLDS_STORE',
    message: `${path} ${how} the store artifacts/, which changes with every run`,
    remedy:
      how === 'holds'
        ? 'name the files or folders beside it that the stage reads, one input for each'
        : 'name the stage that makes it: STAGE/PART',
  };
}

/** With every link followed, as far as the path is there. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return dirname(path) === path ? path : join(await realPathOf(dirname(path)), basename(path));
  }
}

const atOnce = 200;

/** Looks at some at a time, until more faults are found than will be told. */
async function whileFew<Item>(
  items: readonly Item[],
  faultsOf: (item: Item) => Promise<readonly Diagnostic[]>,
): Promise<readonly Diagnostic[]> {
  const faults: Diagnostic[] = [];
  for (let start = 0; start < items.length && faults.length <= mostTold; start += atOnce)
    for (const found of await Promise.all(items.slice(start, start + atOnce).map(faultsOf)))
      gather(faults, found);
  return faults;
}

/** One of the uses of each path that is written once, of a parameter if there is one: what is wrong with it is said once. */
function onceEach<Use extends PathInput>(uses: readonly Use[]): Use[] {
  const known = new Map<string, Use>();
  for (const use of uses) {
    const key = `${describeOrigin(use.origin)}\0${use.path}`;
    const before = known.get(key);
    if (before === undefined || (before.parameter === undefined && use.parameter !== undefined))
      known.set(key, use);
  }
  return [...known.values()];
}

/** Errors: `MODULE_MISSING`, `FILE_MISSING`, `MODULE_OUTSIDE`. */
export async function checkActions(
  root: string,
  stages: Iterable<StageDeclaration>,
): Promise<readonly Diagnostic[]> {
  const home = await realpath(root);
  const files = [...stages].flatMap(({ name, action, actionOrigin: origin, fileOrigins }) =>
    action.kind === 'module'
      ? [
          {
            file: action.module,
            code: 'MODULE_MISSING',
            what: `the module ${action.module} of stage ${name}`,
            origin,
          },
        ]
      : action.files.map((file, at) => ({
          file,
          code: 'FILE_MISSING',
          what: `the script ${file} of stage ${name}`,
          origin: fileOrigins[at] ?? origin,
        })),
  );
  return whileFew(files, async ({ file, code, what, origin }): Promise<readonly Diagnostic[]> => {
    const outside = (how: string): readonly Diagnostic[] => [
      { code: 'MODULE_OUTSIDE', message: `${what} ${how}`, origin, expected: `a file below ${root}` },
    ];
    if (isOutside(root, file)) return outside('is outside the project');
    const problem = await problemWith(join(root, file));
    if (problem !== undefined)
      return [
        {
          code,
          message: `${what}: found ${problem}`,
          origin,
          nearest: await nearestPath(root, file),
          ...(/[*?[]/.test(file) && {
            remedy: 'patterns stand for nothing here: name each script, or their folder',
          }),
        },
      ];
    const real = await realpath(join(root, file));
    return isOutside(home, relative(home, real))
      ? outside(`is a link that leads out of the project, to ${real}`)
      : [];
  });
}

async function problemWith(path: string): Promise<string | undefined> {
  try {
    const entry = await stat(path);
    if (!entry.isFile() && !entry.isDirectory()) return 'neither a file nor a folder';
    await access(path, entry.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'nothing';
    return `something that cannot be read (${code ?? String(error)})`;
  }
}

/** What stands beside it under a name that is nearly the same. */
async function nearestPath(root: string, path: string): Promise<string | undefined> {
  const beside = await readdir(resolve(root, dirname(path))).catch(() => []);
  const near = nearestName(
    basename(path),
    beside.toSorted((a, b) => (a < b ? -1 : 1)),
  );
  return near === undefined ? undefined : path.slice(0, path.length - basename(path).length) + near;
}

function isOutside(root: string, file: string): boolean {
  const way = relative(root, resolve(root, file));
  return way.startsWith('..') || isAbsolute(way) || isAbsolute(file);
}
