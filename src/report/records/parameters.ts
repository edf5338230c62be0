/** Parameters by their dotted paths, as they are overridden. */
import type { Json, JsonObject } from '../../json.ts';

/** Lists and empty groups are leaves. */
export function flattened(value: Json, path = ''): Readonly<Record<string, Json>> {
  if (value === null || typeof value !== 'object' || isList(value)) return { [path]: value };
  const members = Object.entries(value);
  if (members.length === 0) return path === '' ? {} : { [path]: value };
  return Object.fromEntries(
    members.flatMap(([name, member]) =>
      Object.entries(flattened(member, path === '' ? name : `${path}.${name}`)),
    ),
  );
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);
