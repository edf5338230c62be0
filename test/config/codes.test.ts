import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../..');

it('every code that a configuration can be refused with is in docs/errors.md', async () => {
  const page = await readFile(join(repository, 'docs/errors.md'), 'utf8');
  const files = (await Promise.all(['src/config', 'src/graph', 'src/cli'].map(filesIn))).flat();
  const texts = await Promise.all(files.map(async (file) => readFile(file, 'utf8')));
  const codes = new Set(
    texts.flatMap((text) => text.replace(/\['\w+'\]/g, '').match(/(?<=')[A-Z]+(_[A-Z]+)+(?=')/g) ?? []),
  );
  for (const other of ['RESOURCE_EXHAUSTION', 'R_OK']) codes.delete(other);
  expect(codes.size).toBeGreaterThan(25);
  expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});

async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(repository, folder));
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(repository, folder, name));
}
