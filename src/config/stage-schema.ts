/** The optional schema of a stage's parameters: `schemas/stages/gmm.schema.json` for `stages/gmm.ts`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { compileSchema, type SchemaCheck } from './schema.ts';
import type { StageAction } from './stage-declaration.ts';

/** Undefined where there is no such file. The check reports `STAGE_SCHEMA_BROKEN` where the schema is none. */
export async function readStageSchema(
  root: string,
  stage: string,
  action: StageAction,
): Promise<SchemaCheck | undefined> {
  const name = action.kind === 'module' ? action.module.replace(/\.[cm]?[jt]s$/, '') : `stages/${stage}`;
  const file = `schemas/${name}.schema.json`;
  // Most stages have none, and asking for a file that is not there is dearer with a promise.
  if (!existsSync(join(root, file))) return undefined;
  let text: string;
  try {
    text = await readFile(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
  let check: SchemaCheck | undefined;
  return (params) => {
    try {
      check ??= compileSchema(
        JSON.parse(text) as Record<string, unknown>,
        `the parameters of stage ${stage}`,
      );
    } catch (error) {
      return [
        { code: 'STAGE_SCHEMA_BROKEN', message: `${file} is not a JSON Schema: ${(error as Error).message}` },
      ];
    }
    return check(params);
  };
}
