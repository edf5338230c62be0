import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('nothing but needs.ts leaves a test out, so that none is left out without a word', () => {
  const other = /\.(skipIf|runIf|skip|todo|only)\b/;
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const found = files.filter((file) => other.test(readFileSync(join(import.meta.dirname, file), 'utf8')));
  expect(found.toSorted()).toEqual(['needs.ts']);
});
