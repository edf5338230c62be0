/** What Node would load for a specifier: its rules of `import` and of `require`, with every place they look at noted. */
import { isBuiltin } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { FailureError } from '../../failure.ts';
import { exportedTarget, importedTarget, type Target } from './exports-map.ts';
import { packageFileIn, scopeOf } from './package-file.ts';
import type { Places } from './places.ts';

export type Loading = 'import' | 'require';

export type Resolved =
  /** Its real path, and what of its URL comes after the path: `?v=1`. */
  | { readonly kind: 'file'; readonly path: string; readonly suffix: string }
  /** Part of Node, or written out in the specifier itself: `data:`. */
  | { readonly kind: 'builtin' }
  /** Node would find nothing, or refuse what it found. */
  | { readonly kind: 'missing' };

/** `parent` is the real path of the file that names it. */
export function resolveModule(specifier: string, parent: string, loading: Loading, places: Places): Resolved {
  try {
    return loading === 'import'
      ? resolveImport(specifier, parent, places)
      : resolveRequire(specifier, parent, places);
  } catch (error) {
    // A `package.json` that is no JSON, a URL that is none: Node ends with an error as well.
    if (error instanceof FailureError || error instanceof TypeError) return missing;
    throw error;
  }
}

const missing = { kind: 'missing' } as const;
const builtin = { kind: 'builtin' } as const;

const conditionsOf: Readonly<Record<Loading, ReadonlySet<string>>> = {
  import: new Set(['node', 'import', 'module-sync', 'node-addons']),
  require: new Set(['node', 'require', 'module-sync', 'node-addons']),
};

/** `@scope/name` of `@scope/name/part`, and `.` or `./part`. */
interface PackageRequest {
  readonly name: string;
  readonly subpath: string;
}

function packageRequest(specifier: string): PackageRequest | undefined {
  const [, name, rest = ''] = /^((?:@[^/\\%]+\/)?[^./\\%@][^/\\%]*)(\/.*)?$/.exec(specifier) ?? [];
  return name === undefined ? undefined : { name, subpath: `.${rest}` };
}

// `import`

function resolveImport(specifier: string, parent: string, places: Places): Resolved {
  if (/^(?:\/|\.\.?(?:\/|$))/.test(specifier))
    return finished(new URL(specifier, pathToFileURL(parent)), places);
  if (specifier.startsWith('#')) return resolveInternal(specifier, parent, 'import', places);
  if (URL.canParse(specifier)) {
    const url = new URL(specifier);
    if (url.protocol === 'file:') return finished(url, places);
    return ['data:', 'node:'].includes(url.protocol) ? builtin : missing;
  }
  return importPackage(specifier, parent, 'import', places);
}

/** The way of `import`; a map that leads to a package takes it for `require` too, under its conditions. */
function importPackage(specifier: string, parent: string, loading: Loading, places: Places): Resolved {
  if (isBuiltin(specifier)) return builtin;
  const request = packageRequest(specifier);
  if (request === undefined) return missing;
  const self = resolveSelf(request, parent, loading, places);
  if (self !== undefined) return self;
  const folder = foldersAbove(dirname(parent))
    .map((above) => join(above, 'node_modules', request.name))
    .find((candidate) => places.kindOf(candidate) === 'folder');
  if (folder === undefined) return missing;
  const file = packageFileIn(folder, places);
  if (file?.exports !== undefined)
    return fromTarget(
      exportedTarget(file.exports, request.subpath, conditionsOf[loading]),
      folder,
      loading,
      places,
    );
  if (request.subpath !== '.') return finished(urlWithin(folder, request.subpath), places);
  const { main } = file ?? {};
  const candidates = [
    ...(main === undefined
      ? []
      : ['', '.js', '.json', '.node', '/index.js', '/index.json', '/index.node'].map(
          (end) => `./${main}${end}`,
        )),
    './index.js',
    './index.json',
    './index.node',
  ];
  const url = candidates
    .map((candidate) => urlWithin(folder, candidate))
    .find((candidate) => places.kindOf(fileURLToPath(candidate)) === 'file');
  return url === undefined ? missing : finished(url, places);
}

const urlWithin = (folder: string, path: string): URL => new URL(path, pathToFileURL(`${folder}/`));

function finished(url: URL, places: Places): Resolved {
  const path = /%5c/i.test(url.pathname) ? undefined : pathOf(url);
  const real = path !== undefined && places.kindOf(path) === 'file' ? places.realPath(path) : undefined;
  return real === undefined ? missing : { kind: 'file', path: real, suffix: url.search + url.hash };
}

/** Undefined for a URL that stands for no path of a file system: of another computer, with a slash or a zero byte in a name. */
export function pathOf(url: URL): string | undefined {
  try {
    const path = fileURLToPath(url);
    return path.includes('\0') ? undefined : path;
  } catch {
    return undefined;
  }
}

// Both

/** `#name`, by the `imports` of the package that the parent is in. */
function resolveInternal(specifier: string, parent: string, loading: Loading, places: Places): Resolved {
  const scope = scopeOf(dirname(parent), places);
  if (scope?.imports === undefined || specifier === '#') return missing;
  return fromTarget(
    importedTarget(scope.imports, specifier, conditionsOf[loading]),
    scope.folder,
    loading,
    places,
  );
}

/** A package that names itself finds its own `exports`. */
function resolveSelf(
  { name, subpath }: PackageRequest,
  parent: string,
  loading: Loading,
  places: Places,
): Resolved | undefined {
  const scope = scopeOf(dirname(parent), places);
  if (scope?.exports === undefined || scope.name !== name) return undefined;
  return fromTarget(
    exportedTarget(scope.exports, subpath, conditionsOf[loading]),
    scope.folder,
    loading,
    places,
  );
}

function fromTarget(target: Target | undefined, folder: string, loading: Loading, places: Places): Resolved {
  if (target === undefined) return missing;
  if (target.kind === 'path') return finished(urlWithin(folder, target.path), places);
  const resolved = importPackage(target.specifier, join(folder, 'package.json'), loading, places);
  // `require` takes files alone from a map.
  return loading === 'require' && resolved.kind === 'builtin' ? missing : resolved;
}

/** From the nearest up, the folder itself among them. */
function foldersAbove(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(above)];
}

// `require`

function resolveRequire(specifier: string, parent: string, places: Places): Resolved {
  if (isBuiltin(specifier)) return builtin;
  if (/^(?:\/|\.\.?(?:\/|$))/.test(specifier)) return found(fileOrFolder(dirname(parent), specifier, places));
  if (specifier.startsWith('#')) return resolveInternal(specifier, parent, 'require', places);
  const request = packageRequest(specifier);
  const self = request === undefined ? undefined : resolveSelf(request, parent, 'require', places);
  if (self !== undefined) return self;
  for (const folder of [...nodeModulesAbove(dirname(parent)), ...globalFolders()]) {
    if (places.kindOf(folder) !== 'folder') continue;
    const file = request === undefined ? undefined : packageFileIn(join(folder, request.name), places);
    if (request !== undefined && file?.exports !== undefined)
      return fromTarget(
        exportedTarget(file.exports, request.subpath, conditionsOf.require),
        file.folder,
        'require',
        places,
      );
    const path = fileOrFolder(folder, specifier, places);
    if (path !== undefined) return found(path);
  }
  return missing;
}

const found = (path: string | null | undefined): Resolved =>
  path === undefined || path === null ? missing : { kind: 'file', path, suffix: '' };

const nodeModulesAbove = (folder: string): readonly string[] =>
  foldersAbove(folder)
    .filter((above) => !above.endsWith('/node_modules'))
    .map((above) => join(above, 'node_modules'));

/** Where Node looks last. A stage sees no NODE_PATH. */
const globalFolders = (): readonly string[] => [
  join(homedir(), '.node_modules'),
  join(homedir(), '.node_libraries'),
  resolve(process.execPath, '../../lib/node'),
];

const endings = ['.js', '.json', '.node'];

/** Null where a folder is there whose `package.json` leads nowhere: Node looks no further. */
function fileOrFolder(folder: string, specifier: string, places: Places): string | null | undefined {
  const path = resolve(folder, specifier);
  const asFolder = /(?:^|\/)\.{0,2}$/.test(specifier);
  const file = asFolder ? undefined : (fileAt(path, places) ?? fileWithEnding(path, places));
  if (file !== undefined || places.kindOf(path) !== 'folder') return file;
  const main = packageFileIn(path, places)?.main;
  const index = join(path, 'index');
  if (main === undefined || main === '') return fileWithEnding(index, places);
  const named = resolve(path, main);
  return (
    fileAt(named, places) ??
    fileWithEnding(named, places) ??
    fileWithEnding(join(named, 'index'), places) ??
    fileWithEnding(index, places) ??
    null
  );
}

const fileAt = (path: string, places: Places): string | undefined =>
  places.kindOf(path) === 'file' ? places.realPath(path) : undefined;

function fileWithEnding(path: string, places: Places): string | undefined {
  for (const ending of endings) {
    const file = fileAt(`${path}${ending}`, places);
    if (file !== undefined) return file;
  }
  return undefined;
}
