/** The edges that lead from a stage to what it takes its inputs from: one for each point of a swept input. */
import { gather, type Diagnostic } from '../config/diagnostic.ts';
import type { StageInput } from '../config/input.ts';
import { toJson, type Located } from '../config/located.ts';
import type { Override } from '../config/override.ts';
import { isInputMapping } from '../config/parameter-path.ts';
import { resolve } from '../config/resolve.ts';
import { deriveScope, type Scope } from '../config/scope.ts';
import type { Origin } from '../config/source.ts';
import { noSweep, pointsOf } from '../config/sweep.ts';
import type { Json } from '../json.ts';

export interface Edge {
  readonly stage: string;
  readonly part: string | null;
  /** Where the input is declared. */
  readonly origin: Origin;
  /** As the stage at the other end sees the parameters. */
  readonly scope: Scope;
  /** What the edge itself sets, by path in code-point order, for the stage to read. */
  readonly overrides: Readonly<Record<string, Json>>;
  /** Paths that the values it sets refer to. */
  readonly reads: ReadonlySet<string>;
}

export function edgesOf(
  input: StageInput,
  base: Scope,
  scope: Scope,
  diagnostics: Diagnostic[],
): readonly Edge[] {
  const { stage, part, origin } = input;
  return pointsOf(input.sweep ?? noSweep).map((point) => {
    const overrides = [...input.set, ...point];
    const below = scopeBelow(base, scope, overrides, diagnostics);
    return { stage, part, origin, ...below };
  });
}

/** The scope that overrides lead to, and the overrides as plain values. */
export function scopeBelow(
  base: Scope,
  scope: Scope,
  overrides: readonly Override[],
  diagnostics: Diagnostic[],
): Pick<Edge, 'scope' | 'overrides' | 'reads'> {
  if (overrides.length === 0) return { scope, overrides: {}, reads: new Set() };
  const derived = deriveScope(base, scope, overrides);
  gather(diagnostics, derived.diagnostics);
  const reads = new Set<string>();
  const values = new Map<string, Json>();
  for (const { path, value } of overrides.flatMap(flatten)) {
    const resolved = resolve(value, { scope: derived.scope, diagnostics, reads, open: [] });
    values.set(path, toJson(resolved ?? value));
  }
  const sorted = [...values].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { scope: derived.scope, overrides: Object.fromEntries(sorted), reads };
}

function flatten({
  path,
  origin,
  value,
}: {
  path: string;
  origin: Origin;
  value: Located;
}): readonly Override[] {
  if (value.kind !== 'mapping' || isInputMapping(value)) return [{ path, origin, value }];
  return [...value.entries].flatMap(([key, entry]) =>
    flatten({ path: `${path}.${key}`, origin: entry.key, value: entry.value }),
  );
}
