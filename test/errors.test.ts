import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..');

it('every code that the runner refuses something with is in docs/errors.md', async () => {
  const page = await readFile(join(repository, 'docs/errors.md'), 'utf8');
  const folders = ['config', 'graph', 'store', 'run', 'report', 'cli'].map((name) => `src/${name}`);
  const files = (await Promise.all(folders.map(filesIn))).flat();
  const texts = await Promise.all(files.map(async (file) => readFile(file, 'utf8')));
  const codes = new Set(
    texts.flatMap((text) => text.replace(/\['\w+'\]/g, '').match(/(?<=')[A-Z]+(_[A-Z]+)+(?=')/g) ?? []),
  );
  for (const other of notOurs) codes.delete(other);
  expect(codes.size).toBeGreaterThan(80);
  expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

/** Of the YAML parser and of Node, and names of variables of the environment. */
const notOurs = [
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'RESOURCE_EXHAUSTION',
  'MULTIPLE_DOCS',
  'R_OK',
  'O_DIRECTORY',
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  'GITHUB_TOKEN',
  'GITLAB_TOKEN',
];

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(repository, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(repository, folder, name));
}
