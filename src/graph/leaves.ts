/** A JSON value by the dotted paths of its leaves, as parameters are overridden. Pure. */
import type { Json, JsonObject } from '../json.ts';

/** Lists and empty groups are leaves; a value that is no group has an empty path. */
export function leavesOf(value: Json, path = ''): Readonly<Record<string, Json>> {
  if (value === null || typeof value !== 'object' || isList(value)) return { [path]: value };
  const members = Object.entries(value);
  if (members.length === 0) return path === '' ? {} : { [path]: value };
  return Object.assign(
    {},
    ...members.map(([name, member]) => leavesOf(member, path === '' ? name : `${path}.${name}`)),
  ) as Readonly<Record<string, Json>>;
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);
