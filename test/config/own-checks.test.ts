import { readFileSync } from 'node:fs';

import type { AnySchemaObject } from 'ajv';
import { expect, it } from 'vitest';

import { openAjv } from '../../src/config/compile-schema.ts';
import { experiment, pipeline } from '../../src/config/own-checks.js';

const schemaOf = (name: string): AnySchemaObject =>
  JSON.parse(
    readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as AnySchemaObject;

const long = 'é😀'.repeat(2000);
const values: readonly unknown[] = [
  null,
  [],
  {},
  { stages: {} },
  { stages: { a: { run: 'true' } } },
  { stages: { a: { run: true, use: 7, inputs: [], with: 1, files: 'x', timeout: {}, cpus: -1 } } },
  { stages: { 'a b': null, c: { ues: 'x' } }, params: [], pramas: {} },
  { stages: { a: { use: long, description: long } }, description: '' },
  { set: { a: { '': 1 } }, sweep: { a: [], b: 'x', union: 1, zip: [] } },
  { description: 7, set: [], sweep: null, more: 1 },
];

it.each([
  ['pipeline', pipeline],
  ['experiment', experiment],
])('the check of %s that was made beforehand finds what one made now finds', (name, before) => {
  const now = openAjv({}, true).compile(schemaOf(name));
  for (const value of values) {
    expect(before(value)).toBe(now(value));
    expect(before.errors).toEqual(now.errors);
  }
});
