/** Makes checks of JSON Schemas (draft-07). Those of the project's own files are made beforehand (own-checks.js). */
import { createRequire } from 'node:module';

import type * as ajvPackage from 'ajv';

import { checkWith, type SchemaCheck } from './schema.ts';

/** Throws where the schema itself is not one. */
export const compileSchema = (schema: ajvPackage.AnySchemaObject, subject: string): SchemaCheck =>
  checkWith(openAjv({ process: boundErrors }).compile(schema), subject);

/** Loaded when it is asked for: most projects have no schemas, and Ajv takes as long to load as the rest of the configuration. */
export function openAjv(code: ajvPackage.CodeOptions, isOurs: boolean = false): ajvPackage.Ajv {
  const { Ajv } = createRequire(import.meta.url)('ajv') as typeof ajvPackage;
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    allowUnionTypes: true,
    // Each check is used once: to make its code shorter takes longer than that saves.
    code: { optimize: false, ...code },
    ...(isOurs ? { meta: false, validateSchema: false } : {}),
  });
  ajv.addKeyword({ keyword: 'divides', validate: isDivisor, schemaType: 'array', errors: false });
  return ajv;
}

/**
 * `"divides": ["batch", "shards"]`: a number that is a divisor of its neighbour `batch`, or where there is a neighbour `shards` of
 * the batch divided by that.
 */
function isDivisor(
  schema: readonly string[],
  value: unknown,
  _: unknown,
  context?: { readonly parentData: object },
): boolean {
  const neighbour = (name: string): unknown =>
    (context?.parentData as Readonly<Record<string, unknown>> | undefined)?.[name] ?? 1;
  const [whole = 1, ...parts] = schema.map((name) => Number(neighbour(name)));
  const share = parts.reduce((rest, part) => rest / part, whole);
  return typeof value !== 'number' || !Number.isInteger(share) || share % value === 0;
}

/** Some only say that another is there. */
const mostFound = 10_000;

/**
 * Ajv goes on when it has found a hundred thousand errors, and copies all that it has with each mapping that has another. Its loops
 * over keys and items end here when there are enough.
 */
export const boundErrors = (code: string): string =>
  code
    .replaceAll(
      /vErrors\.concat\((\w+\.errors)\)/g,
      `(vErrors.length > ${mostFound} ? vErrors : vErrors.concat($1))`,
    )
    .replaceAll(
      /for\((?:const \w+ in \w+|let \w+=0; \w+<\w+; \w+\+\+)\)\{/g,
      `$&if(vErrors !== null && vErrors.length > ${mostFound})break;`,
    );
