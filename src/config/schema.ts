/** Checks located values against JSON Schemas (draft-07); every fault is reported at its place in the text. */
import type { ErrorObject, ValidateFunction } from 'ajv';

import type { Diagnostic } from './diagnostic.ts';
import { describeValue, partAt, toUnorderedJson, type Located } from './located.ts';
import { nearestName, oneOf } from './nearest.ts';
import { optionValueOf, type OptionValue } from './option-value.ts';

export type SchemaCheck = (value: Located) => readonly Diagnostic[];

/** `subject` names in messages what is checked: `parameters of stage gmm`. */
export function checkWith(validate: ValidateFunction, subject: string): SchemaCheck {
  return (value) => {
    if (validate(toUnorderedJson(value))) return [];
    const faults = worthTelling(validate.errors ?? []).slice(0, mostFaults);
    const misspelt = misspeltKeys(faults);
    return faults.filter((error) => !isTold(error, misspelt)).map((error) => diagnose(error, value, subject));
  };
}

/** More than can be told. */
const mostFaults = 5000;

/** Without the errors that only say that another error is there, or that stand in branches of a choice. */
function worthTelling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors.filter(
    ({ keyword, schemaPath }) =>
      !['if', 'propertyNames'].includes(keyword) && !/\/(oneOf|anyOf)\/\d+\//.test(schemaPath),
  );
}

/** A choice that fails for a misspelt key, or a key that is missing for it, is told by that key alone. */
function isTold(error: ErrorObject, misspelt: ReadonlyMap<string, readonly string[]>): boolean {
  const names = missedBy(error);
  if (names.length === 0) return false;
  return (misspelt.get(error.instancePath) ?? []).some((key) => nearestName(key, names) !== undefined);
}

const mostKeys = 20;

/** The first of the keys that are not known, by the mapping they stand in. */
function misspeltKeys(errors: readonly ErrorObject[]): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  for (const { keyword, instancePath, params } of errors) {
    if (keyword !== 'additionalProperties') continue;
    const known = keys.get(instancePath) ?? [];
    if (known.length < mostKeys)
      known.push(String((params as Record<string, unknown>)['additionalProperty']));
    keys.set(instancePath, known);
  }
  return keys;
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
      ...(known.length === 0 ? {} : { expected: oneOf(known) }),
      get nearest() {
        return nearestName(name, known);
      },
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
      ...(error.propertyName === '<<' ? { remedy: mergeRemedy } : {}),
    };
  }
  const allowed = Array.isArray(params['allowedValues']) ? params['allowedValues'].map(String) : [];
  const isEmpty = keys.length === 0 && value.kind === 'scalar' && value.value === null;
  const list = meantAsList(error, value);
  const found = list?.text ?? (isEmpty ? 'empty' : describeValue(value));
  const message = `${at} is ${found}, expected ${expectation(error)}`;
  const hint = list?.asList ?? meantAsSweep(error, value);
  return {
    code,
    message,
    origin: list?.origin ?? value.origin,
    get nearest() {
      return value.kind === 'scalar' && typeof value.value === 'string'
        ? nearestName(value.value, allowed)
        : undefined;
    },
    ...(hint === undefined ? remedyForType(error, value) : { remedy: hint }),
  };
}

const mergeRemedy = 'to take over what another group holds, write "...": "${base}"; `<<` is not merged';

/** Values of one -S with commas between them, where it has to be a list: they are wrong together. */
function meantAsList({ keyword, params }: ErrorObject, value: Located): OptionValue | undefined {
  const types = [(params as Record<string, unknown>)['type']].flat();
  if (keyword !== 'type' || !types.includes('array') || value.kind !== 'scalar') return undefined;
  return optionValueOf(value);
}

/** A list of -S where a single value has to be. */
function meantAsSweep({ keyword }: ErrorObject, value: Located): string | undefined {
  if (!['type', 'enum'].includes(keyword) || value.kind !== 'sequence') return undefined;
  return optionValueOf(value)?.asSweep;
}

/** `run: true` is no text. */
function remedyForType({ keyword, params }: ErrorObject, value: Located): { readonly remedy?: string } {
  const types = [(params as Record<string, unknown>)['type']].flat();
  if (keyword !== 'type' || !types.includes('string') || value.kind !== 'scalar' || value.value === null)
    return {};
  return { remedy: `a text that reads as something else needs quotes: "${String(value.value)}"` };
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
  divides: 'SCHEMA_RANGE',
};

function expectation({ keyword, params, parentSchema, schema, message }: ErrorObject): string {
  const of = params as Record<string, unknown>;
  const own: unknown = parentSchema?.['errorMessage'];
  if (typeof own === 'string' && (keyword !== 'type' || parentSchema?.['oneOf'] === undefined)) return own;
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
    case 'divides': {
      const [whole, ...parts] = schema as readonly string[];
      return `a divisor of ${[whole, ...parts.map((part) => `/ ${part}`)].join(' ')}`;
    }
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
