/** The optional schema of a stage's parameters: `schemas/stages/gmm.schema.json` for `stages/gmm.ts`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { compileSchema } from './compile-schema.ts';
import { readTextIfThere } from './plain-file.ts';
import type { SchemaCheck } from './schema.ts';
import type { StageAction, StageDeclaration } from './stage-declaration.ts';

type StageSchema = Pick<StageDeclaration, 'check' | 'effort' | 'probes'>;

const none: StageSchema = { check: undefined, effort: [], probes: {} };

/** Of the stages of a project. */
export function openStageSchemas(root: string): (stage: string, action: StageAction) => StageSchema {
  // Asking ten thousand times for a file in a folder that is not there takes a while.
  if (!existsSync(join(root, 'schemas'))) return () => none;
  return (stage, action) => readStageSchema(root, stage, action);
}

/**
 * No check where there is no such file. The check reports `STAGE_SCHEMA_BROKEN` where the schema is none. It is
 * compiled when it is asked for; which parameters are effort, and which a probe settles, is read at once.
 */
function readStageSchema(root: string, stage: string, action: StageAction): StageSchema {
  const name = action.kind === 'module' ? action.module.replace(/\.[cm]?[jt]s$/, '') : `stages/${stage}`;
  const file = `schemas/${name}.schema.json`;
  // Most stages have none, and an error is dearer than the question.
  if (!existsSync(join(root, file))) return none;
  const broken =
    (error: unknown): SchemaCheck =>
    () => [
      { code: 'STAGE_SCHEMA_BROKEN', message: `${file} is not a JSON Schema: ${(error as Error).message}` },
    ];
  let text: string | undefined;
  try {
    text = readTextIfThere(join(root, file));
  } catch (error) {
    return { ...none, check: broken(error) };
  }
  if (text === undefined) return none;
  let compiled: SchemaCheck | undefined;
  const check: SchemaCheck = (params) => {
    try {
      compiled ??= compiledOf(stage, text);
    } catch (error) {
      compiled = broken(error);
    }
    return compiled(params);
  };
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    return { check, effort: [], probes: {} };
  }
  return { check, effort: effortIn(schema), probes: probesIn(schema) };
}

const compiledSchemas = new Map<string, SchemaCheck>();

/** Experiments and branches mostly have the same schemas, and to compile one takes longer than to use it. */
function compiledOf(stage: string, text: string): SchemaCheck {
  const identity = `${stage}\0${text}`;
  const known = compiledSchemas.get(identity);
  if (known !== undefined) return known;
  const schema = JSON.parse(text) as Record<string, unknown>;
  const check = compileSchema(schema, `the parameters of stage ${stage}`);
  compiledSchemas.set(identity, check);
  return check;
}

/** The properties of the schema itself, not those of groups in it, that have `"effort": true`. */
function effortIn(schema: unknown): readonly string[] {
  return propertiesOf(schema).flatMap(([name, { effort }]) => (effort === true ? [name] : []));
}

/** The properties of the schema itself that have `"settledBy": MODULE`, with the module. */
function probesIn(schema: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    propertiesOf(schema).flatMap(([name, { settledBy }]) =>
      typeof settledBy === 'string' ? [[name, settledBy]] : [],
    ),
  );
}

type Property = Readonly<Record<string, unknown>>;

function propertiesOf(schema: unknown): readonly (readonly [name: string, property: Property])[] {
  const { properties } = Object(schema) as { properties?: unknown };
  return Object.entries(Object(properties) as object).map(([name, property]) => [
    name,
    Object(property) as Property,
  ]);
}
