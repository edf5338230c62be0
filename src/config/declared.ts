/** What a configuration declares, as plain values: to be compared with what another one does. */
import type { Json } from '../json.ts';
import type { Configuration } from './configuration.ts';
import { toJson, type Located, type LocatedMapping } from './located.ts';
import { resolve } from './resolve.ts';
import { rootScope } from './scope.ts';
import type { StageDeclaration } from './stage-declaration.ts';
import { axesOf } from './sweep.ts';

export interface Declared {
  /** References replaced, where they lead somewhere. */
  readonly parameters: Json;
  /** The values of each swept parameter, each once. */
  readonly sweep: Readonly<Record<string, readonly Json[]>>;
  readonly stages: Readonly<Record<string, DeclaredStage>>;
}

/** By the names of its parts: `use` or `run`, `inputs.NAME`, `with`, `resources` and so on. */
export type DeclaredStage = Readonly<Record<string, Json>>;

export function declaredIn({ params, stages, sweep }: Configuration): Declared {
  const values = new Map<string, Map<string, Json>>();
  for (const axis of axesOf(sweep)) {
    const known = values.get(axis.path) ?? new Map<string, Json>();
    for (const value of axis.values.map(toJson)) known.set(JSON.stringify(value), value);
    values.set(axis.path, known);
  }
  return {
    parameters: resolvedIn(params, params),
    sweep: Object.fromEntries([...values].map(([path, each]) => [path, [...each.values()]])),
    stages: Object.fromEntries([...stages].map(([name, stage]) => [name, partsOf(stage)])),
  };
}

/** A value whose references lead nowhere, as those to a folder that is not given yet, stays as it is written. */
function resolvedIn(value: Located, params: LocatedMapping): Json {
  const reading = { scope: rootScope(params), diagnostics: [], reads: new Set<string>(), open: [] };
  const whole = resolve(value, reading);
  if (whole !== undefined) return toJson(whole);
  if (value.kind !== 'mapping') return toJson(value);
  return Object.fromEntries([...value.entries].map(([name, part]) => [name, resolvedIn(part.value, params)]));
}

/** Without what changes neither work nor result: names, descriptions. Parts that are empty are left out. */
function partsOf({
  action,
  inputs,
  resources,
  environment,
  limits,
  ...stage
}: StageDeclaration): DeclaredStage {
  const { kind: _, ...command } = action;
  const parts: readonly (readonly [string, Json])[] = [
    ...(action.kind === 'module' ? [['use', action.module] as const] : Object.entries<Json>({ ...command })),
    ...[...inputs].map(([name, input]) => [`inputs.${name}`, toJson(input)] as const),
    ['with', stage.with === undefined ? null : toJson(stage.with)],
    ['resources', resources],
    ['environment', environment],
    ...Object.entries<Json>({ ...limits }),
  ];
  return Object.fromEntries(parts.filter(([, part]) => part !== null && !isEmpty(part)));
}

const isEmpty = (value: Json): boolean =>
  value === 0 || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
