/**
 * Lays overrides on a tree of parameters. A value replaces what stands at its path; a mapping over a group merges leaf
 * by leaf; an input (`{ path }`, `{ from }`) over an input replaces it whole.
 */
import { gather, type Diagnostic } from './diagnostic.ts';
import {
  describeValue,
  isNull,
  partAt,
  textOf,
  type Located,
  type LocatedEntry,
  type LocatedMapping,
} from './located.ts';
import { nearestName } from './nearest.ts';
import type { Override } from './override.ts';
import { withEntry } from './overlaid-map.ts';
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
  own?: OwnEntries,
): OverriddenParameters {
  const { path, origin, value } = override;
  const current = partAt(tree, path.split('.'));

  if (current?.kind === 'mapping' && !isInputMapping(current) && value.kind === 'mapping') {
    return overrideEach(tree, path, value, mayAdd, own);
  }
  if (current === undefined) {
    if (mayAdd(path)) return replaced(tree, override, own);
    if (value.kind === 'mapping' && !isInputMapping(value) && value.entries.size > 0) {
      const inside = pathsOf(value, `${path}.`);
      if (inside.some(mayAdd)) return overrideEach(tree, path, value, mayAdd, own);
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
  return replaced(tree, override, own);
}

/** The entries of mappings that nobody else has, so that a thousand overrides do not copy a group a thousand times. */
export type OwnEntries = Set<Map<string, LocatedEntry>>;

export function unknownParameter(tree: LocatedMapping, path: string, origin: Override['origin']): Diagnostic {
  return {
    code: 'PARAM_UNKNOWN',
    message: `there is no parameter ${path}`,
    origin,
    get nearest() {
      return nearestParameter(path, knownPaths(tree));
    },
  };
}

/** Of a configuration in which a hundred thousand are wrong, a hundred are told. */
function knownPaths(tree: LocatedMapping): readonly string[] {
  const paths = listed.get(tree) ?? pathsOf(tree);
  listed.set(tree, paths);
  return paths;
}

const listed = new WeakMap<LocatedMapping, readonly string[]>();

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
  if (group === '') return undefined;
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
  own: OwnEntries = new Set(),
): OverriddenParameters {
  const leaves: Override[] = [];
  const diagnostics: Diagnostic[] = [];
  let result = tree;
  for (const [key, { key: origin, value }] of group.entries) {
    const next = overrideParameters(result, { path: `${path}.${key}`, origin, value }, mayAdd, own);
    result = next.tree;
    for (const leaf of next.leaves) leaves.push(leaf);
    gather(diagnostics, next.diagnostics);
  }
  return { tree: result, leaves, diagnostics };
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

function replaced(tree: LocatedMapping, override: Override, own?: OwnEntries): OverriddenParameters {
  const next = replaceAt(tree, override.path.split('.'), override, own) as LocatedMapping;
  return { tree: next, leaves: [override], diagnostics: [] };
}

function replaceAt(
  tree: Located | undefined,
  keys: readonly string[],
  override: Override,
  own: OwnEntries | undefined,
): Located {
  const [key, ...rest] = keys;
  if (key === undefined) return override.value;
  const { origin } = override;
  const before = tree?.kind === 'mapping' ? tree.entries : new Map<string, LocatedEntry>();
  const entry = before.get(key);
  const changed = { key: entry?.key ?? origin, value: replaceAt(entry?.value, rest, override, own) };
  const entries =
    own === undefined ? withEntry(before, key, changed) : ownEntries(before, own).set(key, changed);
  return { kind: 'mapping', entries, origin: tree?.origin ?? origin };
}

function ownEntries(entries: LocatedMapping['entries'], own: OwnEntries): Map<string, LocatedEntry> {
  const known = entries as Map<string, LocatedEntry>;
  if (own.has(known)) return known;
  const copy = new Map(entries);
  own.add(copy);
  return copy;
}

function refused(tree: LocatedMapping, diagnostic: Diagnostic): OverriddenParameters {
  return { tree, leaves: [], diagnostics: [diagnostic] };
}
