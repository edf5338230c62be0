/** Files that appear in a project while a stage runs, beside the store. Who made them is not known. */
import { readdirSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** Above so many names nothing is said: looking would cost more than the stage. */
const mostNames = 10_000;

/** Hidden folders, packages and what Python compiles are left out, and the folders named in `apart`. */
export function namesIn(root: string, apart: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(join(root, folder))) {
      const path = join(folder, entry.name);
      if (/^(\..*|node_modules|__pycache__)$/.test(entry.name) || apart.has(join(root, path))) continue;
      if (entry.isDirectory()) folders.push(path);
      else names.add(path);
      if (names.size + folders.length > mostNames) return undefined;
    }
  }
  return names;
}

/** Relative to the root, in no order that means anything. */
export function newcomers(
  before: ReadonlySet<string> | undefined,
  after: ReadonlySet<string> | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return [];
  return [...after].filter((name) => !before.has(name));
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
