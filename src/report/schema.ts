/** Checks files that reports read against the schemas of this program. */
import { readFile } from 'node:fs/promises';

import { Ajv, type AnySchemaObject } from 'ajv';

/** What is wrong with a value by `schemas/NAME.schema.json`, a sentence each; none when it is right. */
export async function faultsBySchema(
  name: 'tables' | 'results' | 'allowances' | 'failed-run',
  value: unknown,
): Promise<readonly string[]> {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  const schema = JSON.parse(await readFile(file, 'utf8')) as AnySchemaObject;
  const ajv = new Ajv({ strict: false, allowUnionTypes: true });
  if (ajv.validate(schema, value)) return [];
  return (ajv.errors ?? []).map(({ instancePath, message = 'is wrong', params }) => {
    const expected = message
      .replace('must be object', 'must be a mapping')
      .replace('must be array', 'must be a list');
    const detail = 'additionalProperty' in params ? ` (${String(params['additionalProperty'])})` : '';
    return `${instancePath === '' ? 'the file' : instancePath.slice(1).replaceAll('/', '.')} ${expected}${detail}`;
  });
}
