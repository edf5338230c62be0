/** Which of the files that a stage touched it had not declared. */
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

import { compareCodePoints } from '../../graph/encoding.ts';
import type { FileAccess } from '../../graph/plan.ts';

/** Absolute paths; what is below a folder counts with it. */
export interface DeclaredFiles {
  /** The project's root. */
  readonly root: string;
  /** Its inputs, its code. */
  readonly readable: readonly string[];
  /** Its output, its checkpoint. */
  readonly writable: readonly string[];
}

/**
 * Reads count inside the project alone: what is outside and no input is the system's. Writes count everywhere but in the
 * folders for temporary files. Tools (packages, virtual environments, hidden folders) are no files of the project.
 */
export function undeclared(accesses: readonly FileAccess[], declared: DeclaredFiles): readonly FileAccess[] {
  if (accesses.length === 0) return [];
  const { root, readable, writable } = declared;
  const temporary = [tmpdir(), '/tmp', '/dev', '/proc', '/sys'];
  const strays = accesses
    .map((access) => ({ ...access, path: sourceOfCompiled(access.path) }))
    .filter(({ path, how }) => {
      if (isBelowAny(path, writable) || (how === 'read' && isBelowAny(path, readable))) return false;
      if (isBelowAny(path, [root])) return !isTool(path, root);
      return how === 'written' && !isBelowAny(path, temporary) && !isHidden(path);
    })
    .map(({ path, how }) =>
      JSON.stringify({ path: isBelowAny(path, [root]) ? relative(root, path) : path, how }),
    );
  return [...new Set(strays)].toSorted(compareCodePoints).map((text) => JSON.parse(text) as FileAccess);
}

const isBelowAny = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));

/** Python reads `__pycache__/crop.cpython-311.pyc` in place of `crop.py`. */
function sourceOfCompiled(path: string): string {
  return path.replace(/__pycache__\/([^/]+?)\.[^/.]+(\.opt-\d)?\.pyc(\.\d+)?$/, '$1.py');
}

function isTool(path: string, root: string): boolean {
  const folders = dirname(relative(root, path)).split(sep);
  if (folders.some((name) => /^(node_modules|site-packages|__pycache__|\.[^.].*)$/.test(name))) return true;
  if (/(^|\/)(package|tsconfig)\.json$/.test(path)) return true;
  return folders.some((_, index) => existsSync(join(root, ...folders.slice(0, index + 1), 'pyvenv.cfg')));
}

/** A cache or a setting in the user's home. */
const isHidden = (path: string): boolean =>
  path.startsWith(homedir() + sep) && /\/\.[^/]+\//.test(path.slice(homedir().length));
