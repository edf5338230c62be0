/** What a stage gets in a scope: its parameters, and where its inputs come from. */
import type { Diagnostic } from './diagnostic.ts';
import { resolveInput, type Input } from './input.ts';
import { describeValue, type Located, type LocatedMapping } from './located.ts';
import { resolve, type Reading } from './resolve.ts';
import type { Scope } from './scope.ts';
import type { StageDeclaration } from './stage-declaration.ts';

export interface ResolvedStage {
  /** Undefined where something is wrong with them. */
  readonly params: LocatedMapping | undefined;
  /** In code-point order of their names; undefined where something is wrong with one. */
  readonly inputs: readonly { readonly name: string; readonly input: Input | undefined }[];
  /** Paths of the parameters that any of it depends on. */
  readonly reads: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
}

export function resolveStage(
  stage: StageDeclaration,
  stages: ReadonlyMap<string, StageDeclaration>,
  scope: Scope,
): ResolvedStage {
  const reading: Reading = { scope, diagnostics: [], reads: new Set(), open: [], swept: { count: 0 } };
  const params = parametersOf(stage, reading);
  const inputs = [...stage.inputs]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, raw]) => ({ name, input: resolveInput(raw, stages, reading) }));
  return { params, inputs, reads: reading.reads, diagnostics: reading.diagnostics };
}

function parametersOf(stage: StageDeclaration, reading: Reading): LocatedMapping | undefined {
  if (stage.with === undefined) return { kind: 'mapping', entries: new Map(), origin: stage.origin };
  const value: Located | undefined = resolve(stage.with, reading);
  if (value === undefined || value.kind === 'mapping') return value;
  reading.diagnostics.push({
    code: 'SCHEMA_TYPE',
    message: `with of stage ${stage.name} is ${describeValue(value)}, expected a mapping`,
    origin: stage.with.origin,
  });
  return undefined;
}
