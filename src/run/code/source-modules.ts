/** A module and all of ours that it may load, found as Node finds it. */
import { dirname, extname, relative } from 'node:path';

import { FailureError } from '../../failure.ts';
import { packageOf } from './owner.ts';
import { scopeOf } from './package-file.ts';
import type { Places } from './places.ts';
import { resolveModule, type Loading, type Resolved } from './resolve-module.ts';
import { brokenSource, readSource, SourceFault, type Format, type Source } from './source.ts';
import { stageApiModule } from './stage-api.ts';
import type { Load } from './mentions.ts';
import type { Request } from './top-level.ts';

export interface SourceModule extends Source {
  /** Real and absolute. */
  readonly path: string;
  /** With what comes behind it in a URL: `?again`. Two such modules of one file are two to Node. */
  readonly id: string;
  readonly format: Format;
  /** Whether the program cannot begin without it. */
  readonly isNeeded: boolean;
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
 * By their `id`, those first that are loaded before anything runs. `entry` is real and absolute. Throws a `FailureError` where one of
 * those does not parse or imports a file that is not there; what is loaded while they run may be broken as long as nobody asks for it.
 */
export async function sourceModules(
  entry: string,
  root: string,
  places: Places,
): Promise<ReadonlyMap<string, SourceModule>> {
  const modules = new Map<string, SourceModule>();
  const late: Target[] = [];
  const load = async ({ id, path }: Target, isNeeded: boolean): Promise<void> => {
    if (modules.has(id)) return;
    const format = formatOf(path, places);
    const source = await readSource(path, format).catch((error: unknown) => {
      if (isNeeded || !(error instanceof SourceFault)) throw unusable(error, relative(root, path));
      return brokenSource(path);
    });
    const { module, needed, others } = linked({ ...source, path, id, format, isNeeded }, root, places);
    modules.set(id, module);
    late.push(...others);
    for (const target of needed) await load(target, isNeeded);
  };
  await load({ id: entry, path: entry }, true);
  for (let target = late.shift(); target !== undefined; target = late.shift()) await load(target, false);
  return modules;
}

interface Target {
  readonly id: string;
  readonly path: string;
}

type Unlinked = Omit<SourceModule, 'requested' | 'loaded' | 'imports' | 'inside'>;

/** With the modules of ours that it leads to, before it runs and while it does. */
function linked(
  module: Unlinked,
  root: string,
  places: Places,
): { readonly module: SourceModule; readonly needed: readonly Target[]; readonly others: readonly Target[] } {
  const imports: OutsideImport[] = [];
  const inside: InsideImport[] = [];
  const [needed, others]: [Target[], Target[]] = [[], []];
  const find = ({ specifier, kind, type }: Load, into: Target[]): Found => {
    const loading = kind === 'import' ? 'import' : 'require';
    const there = resolveModule(specifier, module.path, loading, places);
    const resolved = loading === 'require' || isSaidToBe(there, type) ? there : missing;
    const outside: Found = { kind: 'outside', specifier };
    if (resolved.kind === 'builtin') return outside;
    const isRequest = into === needed;
    if (resolved.kind === 'missing' && isRequest && module.isNeeded && !isPackageName(specifier))
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
    into.push({ id, path: resolved.path });
    return { kind: 'inside', id };
  };
  const { requests, statements } = module.topLevel;
  const requested = requests.map(({ specifier, attributes }) => {
    const type = new Map(attributes).get('type');
    return find({ specifier, kind: 'import', type }, needed);
  });
  const loads = new Map(
    statements.flatMap((each) => each.loads.map((load) => [linkOf(load), load] as const)),
  );
  const loaded = new Map([...loads].map(([link, load]) => [link, find(load, others)] as const));
  return { module: { ...module, requested, loaded, imports, inside }, needed, others };
}

function formatOf(path: string, places: Places): Format {
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
  const place = error instanceof SourceFault ? error.place : '';
  return new FailureError({
    code: 'MODULE_UNUSABLE',
    message: error instanceof Error ? error.message : String(error),
    place: place === '' ? file : `${file}:${place}`,
    remedy: 'correct the module or the path to it',
  });
}
