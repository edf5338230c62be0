/**
 * Modules that a stage loaded and that its key does not stand for: under a name that was put together while it ran, or by a package
 * that does not say that it needs them. Its artifact counts for as long as the same names lead to the same bytes.
 */
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { readPlainFile } from '../../config/plain-file.ts';
import type { Digest } from '../../graph/node.ts';
import type { UndeclaredImport } from '../../graph/plan.ts';
import { isSettled } from '../../store/stamp.ts';
import type { ModuleLoad } from '../stage/watch-files.ts';
import type { Coverage } from './code-index.ts';
import { packageOf } from './owner.ts';
import { neededBy } from './package-graph.ts';
import { lookAtPlaces, type Places } from './places.ts';
import { pathOf, resolveModule } from './resolve-module.ts';
import { stageApiFiles } from './stage-api.ts';

export interface LoadsOfStage {
  readonly loads: readonly ModuleLoad[];
  /** What the key stands for. */
  readonly coverage: Coverage;
  /** Milliseconds since 1970. What was touched since then may have been loaded with other bytes. */
  readonly startedAt: number;
}

/** Each once, with the digest it has now. */
export function undeclaredImports(
  root: string,
  { loads, coverage, startedAt }: LoadsOfStage,
): readonly UndeclaredImport[] {
  const places = lookAtPlaces();
  const real = places.realPath(root) ?? root;
  const isDeclared = declaredBy(coverage, real, places);
  const found = loads
    .filter((load) => load.path === null || !isDeclared(load, load.path))
    .map((load): UndeclaredImport => {
      const named = portable(load, real);
      if (load.path === null) return { ...named, path: null, digest: null };
      const path = fileOf(load.path, real, places);
      const isFoundSo = whereNow({ ...named, path: null, digest: null }, real, places) === path;
      return {
        // Hooks and variables of the stage may lead elsewhere than Node's rules alone.
        ...(isFoundSo ? named : portable({ ...load, specifier: load.path, parent: null }, real)),
        path: relative(real, path),
        digest: digestSince(path, startedAt),
      };
    });
  return [...new Map(found.map((each) => [JSON.stringify(each), each])).values()];
}

/**
 * Whether the key stands for what was loaded and for the way by which it was found. A file that is in the key because something else
 * loads it may be there with a part of what it exports, and may be another for who looks from elsewhere.
 */
function declaredBy(
  { files, packageFolders, links, whole }: Coverage,
  root: string,
  places: Places,
): (load: ModuleLoad, path: string) => boolean {
  const all = new Set(files);
  const entries = new Set(whole);
  const api = new Set(stageApiFiles);
  const folders = new Set(packageFolders);
  const isKnown = (path: string): boolean =>
    all.has(path) || folders.has(packageOf(path, root, places)?.folder ?? '');
  return ({ specifier, parent, loading }, path) => {
    if (api.has(path)) return true;
    if (!isKnown(path)) return false;
    const isPath = /^(?:[./]|file:)/.test(specifier);
    if (parent === null || (isPath && entries.has(path))) return true;
    if (links[parent] !== undefined) return links[parent].includes(`${loading} ${specifier}`);
    const from = packageOf(parent, root, places);
    if (from === undefined || !folders.has(from.folder)) return false;
    const to = packageOf(path, root, places);
    if (to?.folder === from.folder) return true;
    const names = new Set(neededBy(from.fields).map(([name]) => name));
    return names.has(nameIn(specifier)) || (to !== undefined && names.has(to.name ?? ''));
  };
}

/** `@scope/name` of `@scope/name/part`. */
const nameIn = (specifier: string): string => /^(?:@[^/]+\/)?[^/]*/.exec(specifier)?.[0] ?? '';

/** The path of the first that is not found as it was, relative to the root, or the name it is looked for by. */
export function changedImport(root: string, imports: readonly UndeclaredImport[]): string | undefined {
  const places = lookAtPlaces();
  const real = places.realPath(root) ?? root;
  const changed = imports.find((each) => {
    const now = whereNow(each, real, places);
    if (each.path === null || each.digest === null || now === undefined)
      return now !== undefined || each.path !== null;
    return relative(real, now) !== each.path || digestNow(now) !== each.digest;
  });
  return changed === undefined ? undefined : (changed.path ?? changed.specifier);
}

/** The places that `changedImport` looks at: while they are as they are, it says the same. */
export function placesOfImports(root: string, imports: readonly UndeclaredImport[]): readonly string[] {
  const places = lookAtPlaces();
  const real = places.realPath(root) ?? root;
  for (const each of imports) whereNow(each, real, places);
  return Object.keys(places.stamps());
}

/** The same with the digests that they have now. */
export const asTheyAreNow = (
  root: string,
  imports: readonly UndeclaredImport[],
): readonly UndeclaredImport[] => {
  const places = lookAtPlaces();
  const real = places.realPath(root) ?? root;
  return imports.map((each) => {
    const path = whereNow(each, real, places);
    return path === undefined
      ? { ...each, path: null, digest: null }
      : { ...each, path: relative(real, path), digest: digestNow(path) };
  });
};

function whereNow(
  { specifier, parent, loading }: UndeclaredImport,
  root: string,
  places: Places,
): string | undefined {
  const resolved = resolveModule(specifier, resolve(root, parent), loading, places);
  return resolved.kind === 'file' ? fileOf(resolved.path, root, places) : undefined;
}

/** What stands for the bytes of a module: of a package with a version its `package.json`. */
const fileOf = (path: string, root: string, places: Places): string =>
  packageOf(path, root, places)?.path ?? path;

function digestNow(path: string): Digest | null {
  try {
    return hash('sha256', readPlainFile(path), 'hex') as Digest;
  } catch {
    return null;
  }
}

function digestSince(path: string, startedAt: number): Digest | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && isSettled(stats, startedAt) ? digestNow(path) : null;
}

/** With no absolute path where the project's own are named: a project may be moved. */
function portable(
  { specifier, parent, loading }: ModuleLoad,
  root: string,
): Pick<UndeclaredImport, 'specifier' | 'parent' | 'loading'> {
  const path = absolutePath(specifier);
  if (path === undefined && parent !== null) return { specifier, parent: relative(root, parent), loading };
  const from = relative(root, path ?? specifier);
  const named = loading === 'import' ? relativeUrl(join(root, from), root) : from;
  return { specifier: named.startsWith('.') ? named : `./${named}`, parent: 'package.json', loading };
}

function absolutePath(specifier: string): string | undefined {
  if (specifier.startsWith('/')) return specifier;
  return specifier.startsWith('file:') ? pathOf(new URL(specifier)) : undefined;
}

function relativeUrl(path: string, root: string): string {
  const [to, from] = [path, join(root, 'package.json')].map((each) => pathToFileURL(each).pathname) as [
    string,
    string,
  ];
  return relative(dirname(from), to);
}
