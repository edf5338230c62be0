/** The maps `exports` and `imports` of a `package.json`, read as Node does: https://nodejs.org/api/esm.html#resolution-algorithm */
import type { Json, JsonObject } from '../../json.ts';

/** What an entry of a map stands for: a path that begins with `./`, or (of `imports`) what to look for as a package. */
export type Target =
  { readonly kind: 'path'; readonly path: string } | { readonly kind: 'package'; readonly specifier: string };

type Found = Target | null | undefined;

/** Of a target that Node refuses: another of the same list may do. */
class TargetInvalid extends Error {}

/** `subpath` is `.` or begins with `./`. Undefined where the package does not export it. */
export function exportedTarget(
  exports: Json,
  subpath: string,
  conditions: ReadonlySet<string>,
): Target | undefined {
  return targetOf(
    isMainAlone(exports) ? { '.': exports } : (exports as JsonObject),
    subpath,
    conditions,
    false,
  );
}

/** `name` begins with `#`. Undefined where the package has no such import. */
export function importedTarget(
  imports: JsonObject,
  name: string,
  conditions: ReadonlySet<string>,
): Target | undefined {
  return targetOf(imports, name, conditions, true);
}

/** `"exports": "./x.js"`, a list, or conditions without any path. */
const isMainAlone = (exports: Json): boolean =>
  typeof exports !== 'object' ||
  exports === null ||
  Array.isArray(exports) ||
  Object.keys(exports).every((name) => !name.startsWith('.'));

function targetOf(
  map: JsonObject,
  name: string,
  conditions: ReadonlySet<string>,
  isInternal: boolean,
): Target | undefined {
  try {
    if (Object.hasOwn(map, name) && !name.includes('*') && !name.endsWith('/'))
      return chosen(map[name] as Json, undefined, conditions, isInternal) ?? undefined;
    const pattern = Object.keys(map)
      .filter((key) => matches(key, name))
      .toSorted(bySpecificity)[0];
    if (pattern === undefined) return undefined;
    const star = pattern.indexOf('*');
    const matched = name.slice(star, name.length - (pattern.length - star - 1));
    return chosen(map[pattern] as Json, matched, conditions, isInternal) ?? undefined;
  } catch (error) {
    if (error instanceof TargetInvalid) return undefined;
    throw error;
  }
}

function matches(pattern: string, name: string): boolean {
  const star = pattern.indexOf('*');
  if (star === -1 || pattern.lastIndexOf('*') !== star) return false;
  return (
    name.startsWith(pattern.slice(0, star)) &&
    name.length >= pattern.length &&
    name.endsWith(pattern.slice(star + 1))
  );
}

/** The longest text before the star first, then the longest of all. */
const bySpecificity = (a: string, b: string): number =>
  b.indexOf('*') - a.indexOf('*') || b.length - a.length;

/** Undefined where no condition holds, null where the map says that there is nothing. */
function chosen(
  value: Json,
  matched: string | undefined,
  conditions: ReadonlySet<string>,
  isInternal: boolean,
): Found {
  if (value === null) return null;
  if (typeof value === 'string') return textTarget(value, matched, isInternal);
  if (Array.isArray(value)) return firstOf(value, matched, conditions, isInternal);
  if (typeof value !== 'object') throw new TargetInvalid();
  for (const [condition, inner] of Object.entries(value)) {
    if (condition !== 'default' && !conditions.has(condition)) continue;
    const found = chosen(inner, matched, conditions, isInternal);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstOf(
  values: readonly Json[],
  matched: string | undefined,
  conditions: ReadonlySet<string>,
  isInternal: boolean,
): Found {
  let last: null | undefined | TargetInvalid = values.length === 0 ? null : undefined;
  for (const value of values) {
    try {
      const found = chosen(value, matched, conditions, isInternal);
      if (found !== undefined && found !== null) return found;
      if (found === null) last = null;
    } catch (error) {
      if (!(error instanceof TargetInvalid)) throw error;
      last = error;
    }
  }
  if (last instanceof TargetInvalid) throw last;
  return last;
}

/** Segments that would leave the package, or a package within it. */
const leaves = /(?:^|[\\/])(?:\.|%2e){1,2}(?=[\\/]|$)|(?:^|[\\/])node_modules(?=[\\/]|$)/i;

function textTarget(text: string, matched: string | undefined, isInternal: boolean): Target {
  const filled = matched === undefined ? text : text.replaceAll('*', () => matched);
  if (text.startsWith('./')) {
    if (leaves.test(text.slice(2)) || (matched !== undefined && leaves.test(matched)))
      throw new TargetInvalid();
    return { kind: 'path', path: filled };
  }
  if (!isInternal || text.startsWith('../') || text.startsWith('/') || URL.canParse(text))
    throw new TargetInvalid();
  return { kind: 'package', specifier: filled };
}
