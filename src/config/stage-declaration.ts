/** A stage as `pipeline.yaml` declares it. */
import { isNull, textOf, type Located, type LocatedMapping } from './located.ts';
import type { SchemaCheck } from './schema.ts';
import type { Origin } from './source.ts';

export interface StageDeclaration {
  readonly name: string;
  /** Of its name. */
  readonly origin: Origin;
  readonly description: string | undefined;
  readonly action: StageAction;
  /** Of the module or the command. */
  readonly actionOrigin: Origin;
  readonly inputs: ReadonlyMap<string, Located>;
  readonly with: Located | undefined;
  readonly resources: Readonly<Record<string, number | 'all'>>;
  readonly environment: readonly string[];
  /** Checks resolved parameters by the stage's schema; undefined where there is none. */
  readonly check: SchemaCheck | undefined;
}

export type StageAction =
  | { readonly kind: 'module'; readonly module: string }
  | { readonly kind: 'command'; readonly command: string; readonly files: readonly string[] };

/**
 * Takes what is well formed and leaves the rest, which the schema has reported: so that one fault does not hide
 * others. Undefined where not even the action can be told.
 */
export function readStage(
  name: string,
  origin: Origin,
  stage: LocatedMapping,
): Omit<StageDeclaration, 'check'> {
  const part = (key: string): Located | undefined => stage.entries.get(key)?.value;
  const module = textOf(part('use'));
  const command = textOf(part('run'));
  const inputs = part('inputs');
  const withValue = part('with');
  return {
    name,
    origin,
    description: textOf(part('description')),
    action:
      module === undefined
        ? { kind: 'command', command: command ?? '', files: textsIn(part('files')) }
        : { kind: 'module', module: posix(module) },
    actionOrigin: part(module === undefined ? 'run' : 'use')?.origin ?? origin,
    inputs: new Map(
      inputs?.kind === 'mapping' ? [...inputs.entries].map(([key, { value }]) => [key, value]) : [],
    ),
    with: withValue === undefined || isNull(withValue) ? undefined : withValue,
    resources: resourcesIn(part('resources')),
    environment: textsIn(part('environment')),
  };
}

/** `./stages/gmm.ts` and `stages/gmm.ts` are one module. */
function posix(path: string): string {
  return path.replace(/^(\.\/)+/, '');
}

function textsIn(list: Located | undefined): readonly string[] {
  return list?.kind === 'sequence' ? list.items.flatMap((item) => textOf(item) ?? []) : [];
}

function resourcesIn(resources: Located | undefined): Readonly<Record<string, number | 'all'>> {
  if (resources?.kind !== 'mapping') return {};
  return Object.fromEntries(
    [...resources.entries].flatMap(([name, { value }]) =>
      value.kind === 'scalar' && (typeof value.value === 'number' || value.value === 'all')
        ? [[name, value.value]]
        : [],
    ),
  );
}
