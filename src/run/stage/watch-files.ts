/**
 * Loaded before a module stage, in its process and in each of its worker threads: writes down every file that is opened,
 * listed, made or removed through `node:fs`, and every module that is loaded. It changes nothing of what they do.
 *
 * Named as `watch-files.ts?JSON` with what is declared and the file to write to: threads get the same.
 */
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { FileAccess } from '../../graph/plan.ts';

export interface WatchTask {
  /** Below these nothing is written down: a stage may read a million files of its inputs. */
  readonly quiet: readonly string[];
  readonly report: string;
}

const { quiet, report } = JSON.parse(
  decodeURIComponent(new URL(import.meta.url).search.slice(1)),
) as WatchTask;
const append = fs.appendFileSync;
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
  if (quiet.some((folder) => absolute === folder || absolute.startsWith(`${folder}/`))) return;
  const line = JSON.stringify({ path: absolute, how } satisfies FileAccess);
  if (told.has(line)) return;
  told.add(line);
  try {
    append(report, `${line}\n`);
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

for (const [name, look] of Object.entries(watched)) {
  watch(fs, name, look);
  watch(fs, `${name}Sync`, look);
  watch(fs.promises, name, look);
}
syncBuiltinESMExports();
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (resolved.url.startsWith('file:')) note(fileURLToPath(resolved.url), 'read');
    return resolved;
  },
});
