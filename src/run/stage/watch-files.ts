/**
 * Loaded before a module stage, in its process and in each of its worker threads: writes down every file that is opened,
 * listed, made or removed through `node:fs`, and every module that is loaded. It changes nothing of what they do.
 *
 * Begun by a module in a `data:` URL, which holds what is declared and the file to write to: threads get the same.
 */
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import threads from 'node:worker_threads';

import type { FileAccess } from '../../graph/plan.ts';

/** A module that was loaded, or looked for in vain. */
export interface ModuleLoad {
  readonly how: 'loaded';
  readonly specifier: string;
  /** The file that names it. */
  readonly parent: string | null;
  readonly loading: 'import' | 'require';
  /** Real; null where nothing was found. Within a package, the first of its files that was loaded from there. */
  readonly path: string | null;
}

export interface WatchTask {
  /** Below these nothing is written down: a stage may read a million files of its inputs. */
  readonly quiet: readonly string[];
  readonly report: string;
}

let task: WatchTask = { quiet: [], report: '' };
const { appendFileSync: append, readFileSync: readText } = fs;
/** This folder, and every file that is loaded from what is in it. */
const runner = new Set([import.meta.dirname]);
const told = new Set<string>();
const mostTold = 1000;

function note(path: unknown, how: FileAccess['how']): void {
  const named =
    typeof path === 'string' || Buffer.isBuffer(path)
      ? String(path)
      : path instanceof URL && path.protocol === 'file:'
        ? fileURLToPath(path)
        : undefined;
  if (named === undefined || told.size >= mostTold) return;
  const absolute = resolve(named);
  if (isQuiet(absolute)) return;
  tell({ path: absolute, how }, `${how} ${absolute}`);
}

const isQuiet = (path: string): boolean =>
  task.quiet.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Once for each name. */
function tell(line: FileAccess | ModuleLoad, name: string): void {
  if (told.has(name)) return;
  told.add(name);
  try {
    append(task.report, `${JSON.stringify(line)}\n`);
  } catch {
    // The run has ended, or the disk is full: the stage shall not suffer from being watched.
  }
}

const writes = fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_TRUNC;

function opened(path: unknown, flags: unknown): void {
  const writing =
    typeof flags === 'number' ? (flags & writes) !== 0 : typeof flags === 'string' && /[wa+]/.test(flags);
  note(path, writing ? 'written' : 'read');
}

type Watch = (...given: readonly unknown[]) => void;
const read: Watch = (path) => note(path, 'read');
const written: Watch = (path) => note(path, 'written');
const copied: Watch = (from, to) => {
  note(from, 'read');
  note(to, 'written');
};

const watched: Readonly<Record<string, Watch>> = {
  open: opened,
  openAsBlob: read,
  readFile: (path, options) => opened(path, flagIn(options, 'r')),
  readdir: read,
  opendir: read,
  writeFile: written,
  appendFile: written,
  mkdir: written,
  rm: written,
  rmdir: written,
  unlink: written,
  truncate: written,
  utimes: written,
  chmod: written,
  copyFile: copied,
  cp: copied,
  rename(from, to) {
    note(from, 'written');
    note(to, 'written');
  },
  link: copied,
  symlink: (_, path) => note(path, 'written'),
};

const flagIn = (options: unknown, otherwise: string): unknown =>
  typeof options === 'object' && options !== null && 'flag' in options ? options.flag : otherwise;

type Functions = Record<string, unknown>;

function watch(module: object, name: string, look: Watch): void {
  const functions = module as Functions;
  const own = functions[name];
  if (typeof own !== 'function') return;
  const call = own as (...given: unknown[]) => unknown;
  // A proxy keeps name, length and whatever else hangs on the function, such as its promisified form.
  functions[name] = new Proxy(call, {
    apply(target, self, given: unknown[]): unknown {
      look(...given);
      return Reflect.apply(target, self, given);
    },
  });
}

/** `entry` is the URL of the module that calls this. */
export function follow(given: WatchTask, entry: string): void {
  task = given;
  for (const [name, look] of Object.entries(watched)) {
    watch(fs, name, look);
    watch(fs, `${name}Sync`, look);
    watch(fs.promises, name, look);
  }
  // A thread with options of its own would not have this one.
  threads.Worker = new Proxy(threads.Worker, {
    construct(target, [file, options]: ConstructorParameters<typeof threads.Worker>, made: NewableFunction) {
      const { execArgv } = options ?? {};
      const watching =
        execArgv === undefined ? options : { ...options, execArgv: [`--import=${entry}`, ...execArgv] };
      return Reflect.construct(target, [file, watching], made) as object;
    },
  });
  syncBuiltinESMExports();
  registerHooks({
    resolve(specifier, context, next) {
      const loaded = (path: string | null): void => {
        const parent =
          context.parentURL?.startsWith('file:') === true ? fileURLToPath(context.parentURL) : null;
        noteLoad({
          how: 'loaded',
          specifier,
          parent,
          loading: context.conditions.includes('require') ? 'require' : 'import',
          path,
        });
      };
      try {
        const resolved = next(specifier, context);
        if (resolved.url.startsWith('file:')) loaded(fileURLToPath(resolved.url));
        return resolved;
      } catch (error) {
        loaded(null);
        throw error;
      }
    },
  });
}

/** What the files of a package load of itself is its own; of others it is enough to know which. */
function noteLoad(load: ModuleLoad): void {
  const { path, parent, specifier } = load;
  if (isOfRunner(load) || (path !== null && isQuiet(path))) return;
  const from = parent === null ? undefined : packageFolder(parent);
  const to = path === null ? undefined : packageFolder(path);
  if (from !== undefined && (path === null ? /^[./#]/.test(specifier) : from === to)) return;
  const target = to ?? path ?? specifier;
  tell(load, `loaded ${load.loading} ${from ?? `${parent ?? ''} ${specifier}`} ${target}`);
}

/** The folder of a package with a version; what has none counts by its bytes, file by file. */
function packageFolder(path: string): string | undefined {
  const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
  return folder !== undefined && hasVersion(folder) ? folder : undefined;
}

const versions = new Map<string, boolean>();

function hasVersion(folder: string): boolean {
  const known = versions.get(folder);
  if (known !== undefined) return known;
  const has = typeof versionIn(folder) === 'string';
  versions.set(folder, has);
  return has;
}

function versionIn(folder: string): unknown {
  try {
    return (JSON.parse(readText(`${folder}/package.json`, 'utf8')) as { version?: unknown }).version;
  } catch {
    return undefined;
  }
}

/** What the process of a stage loads of the runner itself, wherever it lies: all but the stage, which is named by its URL. */
function isOfRunner({ parent, specifier, path }: ModuleLoad): boolean {
  if (parent === null || !specifier.startsWith('.') || !(runner.has(dirname(parent)) || runner.has(parent)))
    return false;
  if (path !== null) runner.add(path);
  return true;
}
