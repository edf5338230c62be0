/**
 * Writes `stages/parameters.ts`, one interface for each `schemas/stages/*.schema.json`, named by its title, and
 * `src/config/own-checks.js`, what checks `pipeline.yaml` and experiments.
 * With `--check` nothing is written, and the exit code is 1 when one of them is out of step with the schemas.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { AnySchemaObject } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { compileFromFile } from 'json-schema-to-typescript';

import { boundErrors, openAjv } from '../src/config/compile-schema.ts';

const { default: standaloneCode } = standalone;
const root = join(import.meta.dirname, '..');
const schemas = join(root, 'schemas', 'stages');

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

const ajv = openAjv({ source: true, esm: true }, true);
const own = ['pipeline', 'experiment'];
for (const name of own)
  ajv.addSchema(
    JSON.parse(await readFile(join(root, 'schemas', `${name}.schema.json`), 'utf8')) as AnySchemaObject,
    name,
  );
const checks = boundErrors(standaloneCode(ajv, Object.fromEntries(own.map((name) => [name, name]))))
  .replaceAll('require("ajv/dist/runtime/ucs2length").default', '(text) => [...text].length')
  .replace('"use strict";', '// Made from schemas by `npm run types`. Do not edit.\n');
if (checks.includes('require(')) throw new Error('a check needs a part of Ajv that is not replaced');

for (const [file, text] of [
  ['stages/parameters.ts', source],
  ['src/config/own-checks.js', checks],
] as const) {
  if (!process.argv.includes('--check')) {
    await writeFile(join(root, file), text);
  } else if ((await readFile(join(root, file), 'utf8').catch(() => '')) !== text) {
    console.error(`${file} is out of step with schemas: npm run types`);
    process.exitCode = 1;
  }
}
