/** Finds the project a command is called in. */
import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { failed, success, type Result } from '../failure.ts';

/** The nearest folder, `folder` itself or one above it, that has a `pipeline.yaml`. Error: `PROJECT_MISSING`. */
export async function findProject(folder: string): Promise<Result<string>> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (await isFile(join(at, 'pipeline.yaml'))) return success(at);
    if (at === dirname(at)) break;
  }
  return failed({
    code: 'PROJECT_MISSING',
    message: `found no pipeline.yaml in ${folder} or any folder above it`,
    remedy: 'go to the folder of a project',
  });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
