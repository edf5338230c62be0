/** Folders for tests, gone with what they were made for. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, onTestFinished } from 'vitest';

/** Of a whole file or `describe`: to be called where tests are declared. */
export async function temporaryFolder(): Promise<string> {
  const folder = await emptyFolder();
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Of the test that runs: to be called in it or in `beforeEach`. */
export async function folderOfTest(): Promise<string> {
  const folder = await emptyFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Files by their path below `folder`, which is returned. */
export async function writeTree(
  folder: string,
  files: Readonly<Record<string, Buffer | string>>,
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** Files without content. */
export const writeEmptyFiles = (folder: string, paths: readonly string[]): Promise<string> =>
  writeTree(folder, Object.fromEntries(paths.map((path) => [path, ''])));

const emptyFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'pipe-test-'));
