/**
 * The modules that a stage and the runner have in common. What a stage takes of them is a promise between the two, so they count as
 * a version of that promise: neither their text nor what they import is part of any key.
 */
import { realpathSync } from 'node:fs';
import { extname, join } from 'node:path';

/** Raised when a stage written for these modules may come to another result with them. */
export const stageApiVersion = 1;

const names = ['stage', 'command', 'failure', 'json', 'probe', 'tables'];

// Published, they have the ending of this file.
const ending = extname(import.meta.filename);

const modules: ReadonlyMap<string, string> = new Map(
  names.map((name) => [realpathSync(join(import.meta.dirname, '../..', name + ending)), `pipe:${name}`]),
);

/** `pipe:stage` for the real path of such a module of the runner that runs; undefined for any other file. */
export const stageApiModule = (path: string): string | undefined => modules.get(path);

/** Of all of them. */
export const stageApiFiles: readonly string[] = [...modules.keys()];
