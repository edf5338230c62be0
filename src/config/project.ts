/** Finds the project a command is called in. */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { failed, success, type Result } from '../failure.ts';

/** The nearest folder, `folder` itself or one above it, that has a `pipeline.yaml`. Error: `PROJECT_MISSING`. */
export function findProject(folder: string): Result<string> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (isFile(join(at, 'pipeline.yaml'))) return success(at);
    if (at === dirname(at)) break;
  }
  return failed({
    code: 'PROJECT_MISSING',
    message: `found no pipeline.yaml in ${folder} or any folder above it`,
    remedy: 'go to the folder of a project',
  });
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}
