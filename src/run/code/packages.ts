/** The packages a bundle reaches, each as `name@version`, with the packages those need. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';

import { compareCodePoints } from '../../graph/encoding.ts';
import type { External } from './bundle.ts';

export interface ReachedPackages {
  /** In code-point order, Node's own major version first among them: its engine makes numbers too. */
  readonly packages: readonly string[];
  /** The `package.json` files that say so, and those that were looked for in vain. */
  readonly files: readonly string[];
}

export function reachedPackages(externals: readonly External[]): ReachedPackages {
  const found = new Map<string, string>();
  for (const { specifier, importer } of externals) {
    const name = packageName(specifier);
    if (name !== undefined) visit(name, dirname(importer), found, true);
  }
  const node = `node@${process.versions.node.split('.')[0]}`;
  return {
    packages: [...new Set([...found.values(), node])].toSorted(compareCodePoints),
    files: [...found.keys()],
  };
}

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function visit(name: string, from: string, found: Map<string, string>, needed: boolean): void {
  const candidates = packageFiles(name, from);
  const first = candidates.find((candidate) => existsSync(candidate));
  if (first === undefined) {
    // An optional one that this platform has no build of is no part of what runs here.
    if (needed) for (const candidate of candidates) found.set(candidate, `${name}@missing`);
    return;
  }
  const file = realpathSync(first);
  if (found.has(file)) return;
  const {
    version = 'none',
    dependencies = {},
    optionalDependencies = {},
  } = JSON.parse(readFileSync(file, 'utf8')) as PackageJson;
  found.set(file, `${name}@${version}`);
  for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) {
    visit(next, dirname(file), found, !(next in optionalDependencies));
  }
}

/** Where Node looks for it: in every `node_modules` from the nearest up. */
function packageFiles(name: string, from: string): readonly string[] {
  const here = join(from, 'node_modules', name, 'package.json');
  return from === dirname(from) ? [here] : [here, ...packageFiles(name, dirname(from))];
}

const builtins = new Set(builtinModules);

/** `@scope/name/part` is of `@scope/name`; undefined for what Node itself brings. */
function packageName(specifier: string): string | undefined {
  if (specifier.startsWith('node:') || builtins.has(specifier)) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
