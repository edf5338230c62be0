/**
 * Of which form a value is that was read from the store, so that whoever reads it may rely on its types: a store may be shared, and
 * another program, or another version of this one, may have written there.
 */

export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === 'string';
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isNumber: Check = (value) => Number.isFinite(value);
export const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
/** It names a file of the store too. */
export const isDigest: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

export const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);

export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

export const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

export const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object of any names. */
export const isMapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);

/** Members that are not named are passed over. */
export function isForm(form: Readonly<Record<string, Check>>): Check {
  const members = Object.entries(form);
  return (value) =>
    isObject(value) &&
    members.every(([name, check]) => check(Object.hasOwn(value, name) ? value[name] : undefined));
}

/** Any value, but none so deep that a function that calls itself for what is in it ends. */
const isJson = (value: unknown, depth = 500): boolean =>
  value !== undefined &&
  (typeof value !== 'object' ||
    value === null ||
    (depth > 0 && Object.values(value).every((inner) => isJson(inner, depth - 1))));
export const isValue: Check = (value) => isJson(value);
