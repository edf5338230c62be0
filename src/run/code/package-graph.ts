/**
 * The packages that code reaches, with those that they need: dependencies, peers, and optional ones that are there. What is found for
 * each, and by which `package.json`, says what of their code is loaded; their own files stand behind name and version.
 */
import { dirname, join, relative } from 'node:path';

import { digestOf } from '../../graph/encoding.ts';
import type { Json, JsonObject } from '../../json.ts';
import { packageOf } from './owner.ts';
import { packageFileIn, type PackageFile } from './package-file.ts';
import type { Places } from './places.ts';
import { resolveModule } from './resolve-module.ts';

export interface PackageGraph {
  /** The part of a key for a file of a package: which copy it is of, and where in it. */
  enter(file: string): Json;
  /** Code names it, and there is no such package. */
  miss(specifier: string): void;
  /** Each `name@version`, those that are needed and missing among them. */
  readonly names: ReadonlySet<string>;
  /** Real and absolute. */
  readonly folders: readonly string[];
  /** Files of ours that a package needs: it was linked to sources. */
  readonly sources: readonly string[];
  /** How all of them hang together. */
  links(): Json;
}

/** The fields that Node looks at. */
const deciding = ['name', 'version', 'type', 'main', 'exports', 'imports'];

export function openPackageGraph(root: string, places: Places): PackageGraph {
  // Numbered as they are met: the same packages have the same numbers wherever they lie.
  const numbers = new Map<string, number>();
  const links: Json[] = [];
  const names = new Set<string>();
  const sources = new Set<string>();

  const numberOf = (file: PackageFile): number => {
    const known = numbers.get(file.folder);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(file.folder, number);
    const name = `${file.name ?? relative(dirname(file.folder), file.folder)}@${file.version ?? 'none'}`;
    names.add(name);
    const needed = neededBy(file.fields).flatMap(([dependency, isOptional]): Json[] => {
      const found = dependencyOf(dependency, file);
      if (found === undefined && !isOptional) names.add(`${dependency}@missing`);
      return found === undefined && isOptional ? [] : [[dependency, found ?? null]];
    });
    links[number] = [name, digestOf(deciding.map((field) => file.fields[field] ?? null)), needed];
    return number;
  };

  const dependencyOf = (name: string, needing: PackageFile): Json | undefined => {
    const folder = folderOf(name, needing.folder, places);
    if (folder === undefined) return undefined;
    const found = packageOf(join(folder, 'package.json'), root, places);
    if (found !== undefined) return numberOf(found);
    const files = (['import', 'require'] as const).flatMap((loading) => {
      const resolved = resolveModule(name, needing.path, loading, places);
      return resolved.kind === 'file' ? [resolved.path] : [];
    });
    for (const file of files) sources.add(file);
    return files.length;
  };

  return {
    enter(path) {
      const file = packageOf(path, root, places);
      if (file === undefined) throw new Error(`${path} is in no package`);
      return [numberOf(file), relative(file.folder, path)];
    },
    miss(specifier) {
      const [, name = specifier] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? [];
      names.add(`${name}@missing`);
    },
    names,
    get folders() {
      return [...numbers.keys()];
    },
    get sources() {
      return [...sources];
    },
    links: () => links,
  };
}

/** The names of what it needs, in their order, with whether it does without. */
export function neededBy(fields: JsonObject): readonly (readonly [name: string, isOptional: boolean])[] {
  const [dependencies, optional, peers, about] = [
    'dependencies',
    'optionalDependencies',
    'peerDependencies',
    'peerDependenciesMeta',
  ].map((field) => Object(fields[field] ?? {}) as JsonObject) as [
    JsonObject,
    JsonObject,
    JsonObject,
    JsonObject,
  ];
  const isOptional = (name: string): boolean =>
    name in optional || (name in peers && (Object(about[name] ?? {}) as JsonObject)['optional'] === true);
  return Object.keys({ ...dependencies, ...optional, ...peers })
    .toSorted()
    .map((name) => [name, isOptional(name)]);
}

/** The real folder of the nearest such package. */
function folderOf(name: string, from: string, places: Places): string | undefined {
  const candidate = join(from, 'node_modules', name);
  const above = dirname(from);
  if (packageFileIn(candidate, places) !== undefined) return places.realPath(candidate);
  return above === from ? undefined : folderOf(name, above, places);
}
