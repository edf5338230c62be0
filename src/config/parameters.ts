/**
 * Lays overrides on a tree of parameters. A value replaces what stands at its path; a mapping over a group merges leaf
 * by leaf; an input (`{ path }`, `{ from }`) over an input replaces it whole.
 */
import type { Diagnostic } from './diagnostic.ts';
import { describeValue, isNull, partAt, textOf, type Located, type LocatedMapping } from './located.ts';
import { nearestName } from './nearest.ts';
import type { Override } from './override.ts';
import { isInputMapping, pathsOf } from './parameter-path.ts';
import { wholeReference } from './template.ts';

export interface OverriddenParameters {
  readonly tree: LocatedMapping;
  /** What was replaced, by the paths of the leaves. */
  readonly leaves: readonly Override[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `mayAdd` says whether a path that the tree does not know may be added; an experiment may add those that are
 * referred to somewhere. Errors: `PARAM_UNKNOWN`, `PARAM_KIND`.
 */
export function overrideParameters(
  tree: LocatedMapping,
  override: Override,
  mayAdd: (path: string) => boolean = () => false,
): OverriddenParameters {
  const { path, origin, value } = override;
  const current = partAt(tree, path.split('.'));

  if (current?.kind === 'mapping' && !isInputMapping(current) && value.kind === 'mapping') {
    return overrideEach(tree, path, value, mayAdd);
  }
  if (current === undefined) {
    if (mayAdd(path)) return replaced(tree, override);
    if (value.kind === 'mapping' && !isInputMapping(value) && value.entries.size > 0) {
      const inside = pathsOf(value, `${path}.`);
      if (inside.some(mayAdd)) return overrideEach(tree, path, value, mayAdd);
    }
    return refused(tree, unknownParameter(tree, path, origin));
  }
  if (current.kind === 'mapping' && !isInputMapping(current)) {
    const first = [...current.entries.keys()][0] ?? 'NAME';
    return refused(tree, {
      code: 'PARAM_KIND',
      message: `${path} is a group of parameters and cannot be replaced by ${describeValue(value)}`,
      origin,
      expected: `a mapping, or the path of one of its parameters such as ${path}.${first}`,
      nearest: `${path}.${first}`,
    });
  }
  if (value.kind === 'mapping' && !isInputMapping(value) && !maybeMapping(current)) {
    return refused(tree, {
      code: 'PARAM_KIND',
      message: `${path} is a single value and cannot be replaced by a group`,
      origin,
      expected: `a value in place of ${describeValue(current)}`,
    });
  }
  return replaced(tree, override);
}

export function unknownParameter(tree: LocatedMapping, path: string, origin: Override['origin']): Diagnostic {
  return {
    code: 'PARAM_UNKNOWN',
    message: `there is no parameter ${path}`,
    origin,
    nearest: nearestParameter(path, pathsOf(tree)),
  };
}

/** A parameter of the same name deeper in its group is nearer than one that is spelt alike; one elsewhere is not. */
function nearestParameter(path: string, known: readonly string[]): string | undefined {
  const last = path.slice(path.lastIndexOf('.') + 1);
  const namesakes = known.filter((candidate) => candidate.endsWith(`.${last}`));
  const group = path.slice(0, path.indexOf('.') + 1);
  return (
    namesakes.find((candidate) => group !== '' && candidate.startsWith(group)) ??
    nearestName(path, known) ??
    namesakes[0] ??
    nearestInGroup(path, known)
  );
}

function nearestInGroup(path: string, known: readonly string[]): string | undefined {
  const group = path.slice(0, path.lastIndexOf('.') + 1);
  const last = path.slice(group.length);
  const names = known.filter((name) => name.startsWith(group)).map((name) => name.slice(group.length));
  const nearest = nearestName(last, names);
  return nearest === undefined ? undefined : `${group}${nearest}`;
}

function overrideEach(
  tree: LocatedMapping,
  path: string,
  group: LocatedMapping,
  mayAdd: (path: string) => boolean,
): OverriddenParameters {
  let result: OverriddenParameters = { tree, leaves: [], diagnostics: [] };
  for (const [key, { key: origin, value }] of group.entries) {
    const next = overrideParameters(result.tree, { path: `${path}.${key}`, origin, value }, mayAdd);
    result = {
      tree: next.tree,
      leaves: [...result.leaves, ...next.leaves],
      diagnostics: [...result.diagnostics, ...next.diagnostics],
    };
  }
  return result;
}

/** null has no kind of its own, and a reference may lead to a group. */
function maybeMapping(current: Located): boolean {
  const text = textOf(current);
  return (
    isNull(current) ||
    current.kind === 'mapping' ||
    (text !== undefined && wholeReference(text) !== undefined)
  );
}

function replaced(tree: LocatedMapping, override: Override): OverriddenParameters {
  const next = replaceAt(tree, override.path.split('.'), override) as LocatedMapping;
  return { tree: next, leaves: [override], diagnostics: [] };
}

function replaceAt(tree: Located | undefined, keys: readonly string[], override: Override): Located {
  const [key, ...rest] = keys;
  if (key === undefined) return override.value;
  const { origin } = override;
  const entries = new Map(tree?.kind === 'mapping' ? tree.entries : []);
  const entry = entries.get(key);
  entries.set(key, { key: entry?.key ?? origin, value: replaceAt(entry?.value, rest, override) });
  return { kind: 'mapping', entries, origin: tree?.origin ?? origin };
}

function refused(tree: LocatedMapping, diagnostic: Diagnostic): OverriddenParameters {
  return { tree, leaves: [], diagnostics: [diagnostic] };
}
