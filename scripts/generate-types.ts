/**
 * Writes `stages/parameters.ts`: one interface for each `schemas/stages/*.schema.json`, named by its title.
 * With `--check` nothing is written, and the exit code is 1 when the file is out of step with the schemas.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileFromFile } from 'json-schema-to-typescript';

const root = join(import.meta.dirname, '..');
const schemas = join(root, 'schemas', 'stages');
const target = join(root, 'stages', 'parameters.ts');

const files = (await readdir(schemas)).filter((file) => file.endsWith('.schema.json')).toSorted();
const interfaces = await Promise.all(
  files.map((file) =>
    compileFromFile(join(schemas, file), {
      bannerComment: '',
      format: true,
      style: { printWidth: 110, singleQuote: true },
    }),
  ),
);
const source = `// Made from schemas/stages by \`npm run types\`. Do not edit.\n\n${interfaces.join('\n')}`;

if (!process.argv.includes('--check')) {
  await writeFile(target, source);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== source) {
  console.error('stages/parameters.ts is out of step with schemas/stages: npm run types');
  process.exitCode = 1;
}
