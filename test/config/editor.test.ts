/** What editors are told: every YAML file names a schema that is there, and every schema says what its keys mean. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../..');

const filesIn = async (folder: string, ending: string): Promise<readonly string[]> =>
  (await readdir(join(repository, folder), { recursive: true }))
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map((name) => join(folder, name));

const schemas = await filesIn('schemas', '.schema.json');
const configurations = ['pipeline.yaml', ...(await filesIn('experiments', '.yaml'))];

describe('an editor', () => {
  it.each(configurations)('finds the schema of %s', async (file) => {
    const [first = ''] = (await readFile(join(repository, file), 'utf8')).split('\n');
    const named = /^# yaml-language-server: \$schema=(\S+)$/.exec(first)?.[1] ?? '';
    expect(schemas).toContain(relative('.', join(dirname(file), named)));
  });

  it.each(schemas)('can complete by %s, and shows what each key means', async (file) => {
    const schema = JSON.parse(await readFile(join(repository, file), 'utf8')) as Record<string, unknown>;
    expect(() => new Ajv({ strict: false }).compile(schema)).not.toThrow();
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' });
    expect(undescribed(schema, '')).toEqual([]);
  });
});

/** Paths of the properties without a description; one that refers to a definition has that one's. */
function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]: [string, unknown]) => {
    const own =
      name === 'properties' && typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, property]: [string, object]) =>
            'description' in property || '$ref' in property || Object.keys(property).length === 0
              ? []
              : [`${path}/${key}`],
          )
        : [];
    return [...own, ...undescribed(value, `${path}/${name}`)];
  });
}
