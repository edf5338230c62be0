/** Texts that can be made again, kept with the state of what they were made from. A lost one costs time and never a result. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What was remembered for the request in that very state. */
export function readRemembered(file: string, request: string, state: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const head = headOf(request, state);
    return text.startsWith(head) ? text.slice(head.length) : undefined;
  } catch {
    return undefined;
  }
}

export function remember(file: string, request: string, state: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}`;
    writeFileSync(temporary, headOf(request, state) + text);
    renameSync(temporary, file);
    forgetOldest(dirname(file));
  } catch {
    // A store that cannot be written can still be read.
  }
}

const headOf = (request: string, state: string): string => `${state} ${request}\n`;

const mostKept = 32;

function forgetOldest(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= mostKept) return;
  const byAge = names
    .map((name) => ({ name, age: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.age - a.age);
  for (const { name } of byAge.slice(mostKept)) rmSync(join(folder, name), { force: true });
}
