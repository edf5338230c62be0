/**
 * The parameters as one place of the graph sees them: those of the configuration, and on top what the edges on the way
 * there have set. Scopes that see the same are the same scope.
 */
import { gather, type Diagnostic } from './diagnostic.ts';
import { partAt, toJson, type Located, type LocatedMapping } from './located.ts';
import type { Override } from './override.ts';
import { groupsOf } from './parameter-path.ts';
import { overrideParameters, type OwnEntries } from './parameters.ts';

export interface Scope {
  /** Equal for equal scopes of one configuration. */
  readonly id: string;
  readonly tree: LocatedMapping;
  /** What differs from the configuration, by path, in code-point order. */
  readonly overlay: ReadonlyMap<string, OverlayValue>;
  /** What `resolve` has found so far, by path. */
  readonly resolved: Map<string, ResolvedParameter>;
}

interface OverlayValue {
  readonly value: Located;
  /** The value as JSON text, to compare by. */
  readonly text: string;
}

export interface ResolvedParameter {
  /** Undefined where something is wrong with it; that has been reported then. */
  readonly value: Located | undefined;
  /** Every parameter that was looked at on the way. */
  readonly reads: ReadonlySet<string>;
}

export function rootScope(tree: LocatedMapping): Scope {
  return { id: '', tree, overlay: new Map(), resolved: new Map() };
}

/** `scope` with overrides on top, later ones above earlier ones. `base` is the scope without any. */
export function deriveScope(
  base: Scope,
  scope: Scope,
  overrides: readonly Override[],
): { readonly scope: Scope; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const overlay = new Map(scope.overlay);
  const groups = new Set([...overlay.keys()].flatMap(groupsOf));
  let tree = scope.tree;
  const own: OwnEntries | undefined = overrides.length > 8 ? new Set() : undefined;
  for (const override of overrides) {
    const result = overrideParameters(tree, override, undefined, own);
    tree = result.tree;
    gather(diagnostics, result.diagnostics);
    for (const leaf of result.leaves) lay(base, overlay, groups, leaf);
  }
  const sorted = new Map([...overlay].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const id = [...sorted].map(([path, { text }]) => `${path}=${text}`).join('\n');
  return { scope: id === scope.id ? scope : { id, tree, overlay: sorted, resolved: new Map() }, diagnostics };
}

/** A value that is the configuration's own is no difference. `groups`: those that something in the overlay stands in. */
function lay(
  base: Scope,
  overlay: Map<string, OverlayValue>,
  groups: Set<string>,
  { path, value }: Override,
): void {
  overlay.delete(path);
  if (groups.has(path))
    for (const known of overlay.keys()) if (known.startsWith(`${path}.`)) overlay.delete(known);
  const text = JSON.stringify(toJson(value));
  const original = partAt(base.tree, path.split('.'));
  const outer = groupsOf(path);
  const insideAnother = outer.some((group) => overlay.has(group));
  if (!insideAnother && original !== undefined && JSON.stringify(toJson(original)) === text) return;
  overlay.set(path, { value, text });
  for (const group of outer) groups.add(group);
}
