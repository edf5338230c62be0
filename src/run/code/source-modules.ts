/** A module and all of ours that it may load, found as Node finds it. */
import { dirname, extname, relative } from 'node:path';

import { FailureError } from '../../failure.ts';
import { packageOf } from './owner.ts';
import { scopeOf } from './package-file.ts';
import type { Places } from './places.ts';
import { resolveModule, type Loading, type Resolved } from './resolve-module.ts';
import { readSource, SourceFault, type Source } from './source.ts';
import { stageApiModule } from './stage-api.ts';
import type { Load } from './mentions.ts';
import type { Request } from './top-level.ts';

export interface SourceModule extends Source {
  /** Real and absolute. */
  readonly path: string;
  /** With what comes behind it in a URL: `?again`. Two such modules of one file are two to Node. */
  readonly id: string;
  readonly format: 'module' | 'commonjs' | 'none' | 'json';
  /** Where each of its requests leads. */
  readonly requested: readonly Found[];
  /** Where what it loads while it runs leads: by `linkOf`. */
  readonly loaded: ReadonlyMap<string, Found>;
  /** What it imports that is not ours, or is no text, by specifier. */
  readonly imports: readonly OutsideImport[];
  /** What it imports that is ours, by specifier. */
  readonly inside: readonly InsideImport[];
}

export type Found =
  { readonly kind: 'inside'; readonly id: string } | { readonly kind: 'outside'; readonly specifier: string };

interface InsideImport {
  readonly specifier: string;
  readonly loading: Loading;
  /** Real and absolute. */
  readonly target: string;
}

interface OutsideImport {
  readonly specifier: string;
  readonly loading: Loading;
  readonly found: Resolved;
}

export const linkOf = ({ kind, specifier, type }: Load): string => JSON.stringify([kind, specifier, type]);

/**
 * By their `id`, in the order in which Node would meet them; what is loaded while they run comes behind what is loaded first.
 * `entry` is real and absolute. Throws a `FailureError` for a module that does not parse or imports a file that is not there.
 */
export async function sourceModules(
  entry: string,
  root: string,
  places: Places,
): Promise<ReadonlyMap<string, SourceModule>> {
  const modules = new Map<string, SourceModule>();
  const load = async (id: string, path: string): Promise<void> => {
    const format = formatOf(path, places);
    const source = await readSource(path, format === 'module' || format === 'none').catch(
      (error: unknown) => {
        throw unusable(error, relative(root, path));
      },
    );
    const { module, targets } = linked({ ...source, path, id, format }, root, places);
    modules.set(id, module);
    for (const [target, targetPath] of targets) if (!modules.has(target)) await load(target, targetPath);
  };
  await load(entry, entry);
  return modules;
}

type Unlinked = Omit<SourceModule, 'requested' | 'loaded' | 'imports' | 'inside'>;

/** `targets`: the modules of ours that it leads to, by their `id`, with their paths. */
function linked(
  module: Unlinked,
  root: string,
  places: Places,
): { readonly module: SourceModule; readonly targets: ReadonlyMap<string, string> } {
  const imports: OutsideImport[] = [];
  const inside: InsideImport[] = [];
  const targets = new Map<string, string>();
  const find = ({ specifier, kind, type }: Load, isNeeded: boolean): Found => {
    const loading = kind === 'import' ? 'import' : 'require';
    const there = resolveModule(specifier, module.path, loading, places);
    const resolved = loading === 'require' || isSaidToBe(there, type) ? there : missing;
    const outside: Found = { kind: 'outside', specifier };
    if (resolved.kind === 'builtin') return outside;
    if (resolved.kind === 'missing' && isNeeded && !isPackageName(specifier))
      throw unusable(notFound(specifier, there), relative(root, module.path));
    const isText =
      resolved.kind === 'file' &&
      stageApiModule(resolved.path) === undefined &&
      packageOf(resolved.path, root, places) === undefined &&
      kind !== 'require-resolve' &&
      isTextFile(resolved.path, loading);
    if (!isText) {
      imports.push({ specifier, loading, found: resolved });
      return outside;
    }
    inside.push({ specifier, loading, target: resolved.path });
    const id = resolved.path + resolved.suffix;
    targets.set(id, resolved.path);
    return { kind: 'inside', id };
  };
  const { requests, statements } = module.topLevel;
  const requested = requests.map((request) => find({ ...request, kind: 'import' }, true));
  const loads = new Map(
    statements.flatMap((each) => each.loads.map((load) => [linkOf(load), load] as const)),
  );
  const loaded = new Map([...loads].map(([link, load]) => [link, find(load, false)] as const));
  return { module: { ...module, requested, loaded, imports, inside }, targets };
}

function formatOf(path: string, places: Places): SourceModule['format'] {
  if (path.endsWith('.json')) return 'json';
  const [, letter] = /\.([cm])[jt]s$/.exec(path) ?? [];
  if (letter !== undefined) return letter === 'm' ? 'module' : 'commonjs';
  return scopeOf(dirname(path), places)?.type ?? 'none';
}

/** What is loaded late, and packages, may be missing as long as nobody asks for them. */
const isPackageName = (specifier: string): boolean => /^[^./#]/.test(specifier);

function notFound(specifier: Request['specifier'], there: Resolved): SourceFault {
  const name = JSON.stringify(specifier);
  return new SourceFault(
    there.kind === 'missing'
      ? `Node finds nothing for ${name}`
      : `Node takes ${name} otherwise than it is written: JSON, and nothing else, with { type: 'json' }`,
  );
}

const missing: Resolved = { kind: 'missing' };

/** Node imports JSON as what it is said to be alone. */
const isSaidToBe = (found: Resolved, type: string | undefined): boolean =>
  found.kind !== 'file' || found.path.endsWith('.json') === (type === 'json');

/** Whether Node reads it as code or JSON; `require` takes what has another ending for code. */
const isTextFile = (path: string, loading: Loading): boolean =>
  /\.(?:[cm]?[jt]s|json)$/.test(path) ||
  extname(path) === '' ||
  (loading === 'require' && !/\.(?:node|wasm)$/.test(path));

/** With the place in the file, where that is known. */
export function unusable(error: unknown, file: string): FailureError {
  const line = error instanceof SourceFault ? error.line : undefined;
  return new FailureError({
    code: 'MODULE_UNUSABLE',
    message: error instanceof Error ? error.message : String(error),
    place: line === undefined ? file : `${file}:${line}:${(error as SourceFault).column + 1}`,
    remedy: 'correct the module or the path to it',
  });
}
