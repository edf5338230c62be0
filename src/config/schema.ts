/** Checks located values against JSON Schemas (draft-07); every fault is reported at its place in the text. */
import { Ajv, type AnySchemaObject, type ErrorObject, type ValidateFunction } from 'ajv';

import type { Diagnostic } from './diagnostic.ts';
import { describeValue, partAt, toJson, type Located } from './located.ts';
import { nearestName } from './nearest.ts';

export type SchemaCheck = (value: Located) => readonly Diagnostic[];

/**
 * `subject` names in messages what is checked: `parameters of stage gmm`.
 * Throws where the schema itself is not one; that is not looked at for one of our own, for it takes longer than all else.
 */
export function compileSchema(
  schema: AnySchemaObject,
  subject: string,
  isOurs: boolean = false,
): SchemaCheck {
  const own = isOurs ? { meta: false, validateSchema: false } : {};
  // Each check is used once: to make its code shorter takes longer than that saves.
  const code = { optimize: false };
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, allowUnionTypes: true, code, ...own });
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => {
    if (validate(toJson(value))) return [];
    const faults = worthTelling(validate.errors ?? []);
    return faults.filter((error) => !isTold(error, faults)).map((error) => diagnose(error, value, subject));
  };
}

/** Without the errors that only say that another error is there, or that stand in branches of a choice. */
function worthTelling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors.filter(
    ({ keyword, schemaPath }) =>
      !['if', 'propertyNames'].includes(keyword) && !/\/(oneOf|anyOf)\/\d+\//.test(schemaPath),
  );
}

/** A choice that fails for a misspelt key, or a key that is missing for it, is told by that key alone. */
function isTold(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  const names = missedBy(error);
  return all.some(
    (other) =>
      other.keyword === 'additionalProperties' &&
      other.instancePath === error.instancePath &&
      nearestName(String((other.params as Record<string, unknown>)['additionalProperty']), names) !==
        undefined,
  );
}

function missedBy({ keyword, schema, params }: ErrorObject): readonly string[] {
  if (keyword === 'required') return [String((params as Record<string, unknown>)['missingProperty'])];
  if (keyword !== 'oneOf') return [];
  return (schema as readonly { required?: readonly string[] }[]).flatMap(({ required = [] }) => required);
}

function diagnose(error: ErrorObject, root: Located, subject: string): Diagnostic {
  const keys = error.instancePath.split('/').slice(1).map(unescapePointer);
  const value = partAt(root, keys) ?? root;
  const at = keys.length === 0 ? subject : `${keys.join('.')} in ${subject}`;
  const code = codes[error.keyword] ?? `SCHEMA_${error.keyword.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
  const params = error.params as Record<string, unknown>;

  if (error.keyword === 'additionalProperties') {
    const name = String(params['additionalProperty']);
    const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
    return {
      code,
      message: `${name} is not a known key of ${at}`,
      origin: keyOrigin(value, name),
      ...(known.length === 0 ? {} : { expected: `one of ${known.join(', ')}` }),
      nearest: nearestName(name, known),
    };
  }
  if (error.keyword === 'required') {
    const name = String(params['missingProperty']);
    const described = describeProperty(error, name);
    return {
      code,
      message: `${name} is missing in ${at}`,
      origin: value.origin,
      expected: described ?? `a key ${name}`,
    };
  }
  if (error.propertyName !== undefined) {
    return {
      code: 'SCHEMA_NAME',
      message: `${JSON.stringify(error.propertyName)} cannot be a name in ${at}`,
      origin: keyOrigin(value, error.propertyName),
      expected: 'a letter, then letters, digits, - or _',
    };
  }
  const allowed = Array.isArray(params['allowedValues']) ? params['allowedValues'].map(String) : [];
  const nearest =
    value.kind === 'scalar' && typeof value.value === 'string'
      ? nearestName(value.value, allowed)
      : undefined;
  const isEmpty = keys.length === 0 && value.kind === 'scalar' && value.value === null;
  const message = `${at} is ${isEmpty ? 'empty' : describeValue(value)}, expected ${expectation(error)}`;
  return { code, message, origin: value.origin, nearest };
}

const codes: Readonly<Record<string, string>> = {
  additionalProperties: 'SCHEMA_KEY_UNKNOWN',
  required: 'SCHEMA_KEY_MISSING',
  oneOf: 'SCHEMA_CHOICE',
  anyOf: 'SCHEMA_CHOICE',
  minimum: 'SCHEMA_RANGE',
  maximum: 'SCHEMA_RANGE',
  exclusiveMinimum: 'SCHEMA_RANGE',
  exclusiveMaximum: 'SCHEMA_RANGE',
  const: 'SCHEMA_ENUM',
};

function expectation({ keyword, params, parentSchema, message }: ErrorObject): string {
  const of = params as Record<string, unknown>;
  switch (keyword) {
    case 'type':
      return [of['type']]
        .flat()
        .map((type) => typeNames[String(type)] ?? String(type))
        .join(' or ');
    case 'enum':
      return `one of ${(of['allowedValues'] as unknown[]).map((value) => String(value)).join(', ')}`;
    case 'const':
      return String(parentSchema?.['errorMessage'] ?? JSON.stringify(of['allowedValue']));
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `a number ${String(of['comparison'])} ${String(of['limit'])}`;
    case 'oneOf':
    case 'anyOf':
    case 'pattern':
      return String(parentSchema?.['errorMessage'] ?? parentSchema?.['description'] ?? message);
    case 'minItems':
      return `a list of at least ${String(of['limit'])}`;
    case 'maxItems':
      return `a list of at most ${String(of['limit'])}`;
    case 'minProperties':
      return `at least ${String(of['limit'])} entry`;
    case 'minLength':
      return `a text of at least ${String(of['limit'])} characters`;
    case 'uniqueItems':
      return 'every item once';
    default:
      return `that it ${(message ?? keyword).replace(/^must /, 'should ')}`;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping',
  array: 'a list',
  null: 'null',
};

function describeProperty(error: ErrorObject, name: string): string | undefined {
  const properties = (error.parentSchema?.['properties'] ?? {}) as Record<string, { description?: string }>;
  return properties[name]?.description;
}

function keyOrigin(value: Located, name: string): Located['origin'] {
  return (value.kind === 'mapping' ? value.entries.get(name)?.key : undefined) ?? value.origin;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
