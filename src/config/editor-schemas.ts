/**
 * The schemas of one project, for editors: those of all projects, and on top the names of this one's stages and parameters and
 * what each of its modules takes. An editor completes by them and marks names that are not there; the runner itself has its own checks.
 */
import type { Located, LocatedMapping } from './located.ts';

type Schema = Readonly<Record<string, unknown>>;

export interface ProjectFacts {
  readonly params: LocatedMapping;
  readonly stages: readonly string[];
  /** Modules of stages, relative to the root, with the schema of their parameters where there is one. */
  readonly modules: Readonly<Record<string, Schema | undefined>>;
  /** The same of stages that are commands, by their name. */
  readonly commands: Readonly<Record<string, Schema>>;
}

/** `general`: the schema of any `pipeline.yaml`. */
export function pipelineSchema(general: Schema, facts: ProjectFacts): Schema {
  const definitions = definitionsOf(general);
  const { stage, input, edge, narrowed } = definitions;
  const modules = Object.entries(facts.modules);
  return {
    ...general,
    properties: {
      ...propertiesOf(general),
      stages: {
        ...propertiesOf(general)['stages'],
        properties: Object.fromEntries(
          Object.entries(facts.commands).map(([name, schema]) => [
            name,
            { description: `The stage ${name}.`, allOf: [{ $ref: '#/definitions/stage' }, takes(schema)] },
          ]),
        ),
      },
    },
    definitions: {
      ...definitions,
      ...parameterDefinitions(definitions, facts.params),
      stageReference: stageReference(facts.stages),
      place: {
        description: 'STAGE, STAGE/PART, a path that begins with ./, ../ or /, or ${parameter}.',
        anyOf: [{ $ref: '#/definitions/stageReference' }, { pattern: '^(\\.{1,2}(/|$)|/)' }],
      },
      input: { ...input, allOf: [placeOrMore] },
      edge: withProperty(edge, 'from', { $ref: '#/definitions/stageReference' }),
      narrowed: withProperty(
        withProperty(narrowed, 'files', { $ref: '#/definitions/stageReference' }),
        'within',
        { ...propertiesOf(narrowed)['within'], allOf: [placeOrMore] },
      ),
      stage: {
        ...withProperty(stage, 'use', {
          ...propertiesOf(stage)['use'],
          anyOf: [oneOf(modules.map(([module]) => module)), {}],
        }),
        allOf: [
          {},
          ...modules.flatMap(([module, schema]) =>
            schema === undefined ? [] : [whereUsed(module, takes(schema))],
          ),
        ],
      },
    },
  };
}

/** `general`: the schema of any experiment. */
export function experimentSchema(general: Schema, { params }: ProjectFacts): Schema {
  const definitions = definitionsOf(general);
  return { ...general, definitions: { ...definitions, ...parameterDefinitions(definitions, params) } };
}

/** A name that begins with none of them is marked, unless a parameter stands in it. */
const stageReference = (stages: readonly string[]): Schema => ({
  description: 'STAGE or STAGE/PART: the artifact, or a file or folder in it.',
  type: 'string',
  anyOf: [oneOf(stages), { pattern: `^(${stages.join('|')})/.` }, { pattern: '\\$\\{' }],
});

/** A choice and no condition: an editor completes a value that is not written yet. */
const placeOrMore: Schema = { anyOf: [{ $ref: '#/definitions/place' }, { type: ['object', 'null'] }] };

const whereUsed = (module: string, then: Schema): Schema => ({
  if: { required: ['use'], properties: { use: { description: 'The module.', const: module } } },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits a schema.
  then,
});

/** What stands in the `with:` of a stage whose parameters have that schema. */
const takes = (schema: Schema): Schema => ({
  properties: {
    with: {
      description: descriptionOf(schema, 'The parameters of the stage.'),
      anyOf: [reference, written(schema)],
    },
  },
});

const reference: Schema = { type: 'string', pattern: '\\$\\{', description: 'A reference: ${group.name}.' };

/** As it may be written: any value can be a reference, and of a group some come from a group that is spread in it. */
function written(schema: Schema): Schema {
  const left = ['$schema', 'title', 'required'];
  const rest = Object.fromEntries(Object.entries(schema).filter(([keyword]) => !left.includes(keyword)));
  const properties = Object.entries(propertiesOf(schema));
  if (properties.length === 0) return rest;
  return {
    ...rest,
    properties: {
      ...Object.fromEntries(
        properties.map(([name, property]) => [
          name,
          { description: descriptionOf(property, name), anyOf: [written(property), reference] },
        ]),
      ),
      '...': { description: 'A group of parameters to spread: ${group}, or a list of groups.' },
    },
  };
}

/** The definitions of what sets parameters, with the names of those there are. */
function parameterDefinitions(
  { overrides, sweep }: Readonly<Record<string, Schema>>,
  params: LocatedMapping,
): Readonly<Record<string, Schema>> {
  const known = describedPaths(params, '');
  const named = (general: Schema): Schema =>
    Object.fromEntries(known.map(([path, description]) => [path, { ...general, description }]));
  const values = (sweep?.['additionalProperties'] ?? {}) as Schema;
  return {
    overrides: { ...overrides, properties: named({}) },
    sweep: { ...sweep, properties: { ...named(values), ...propertiesOf(sweep) } },
  };
}

function describedPaths(tree: LocatedMapping, prefix: string): readonly (readonly [string, string])[] {
  return [...tree.entries].flatMap(([key, { value }]) => {
    const path = `${prefix}${key}`;
    if (key === '...') return [];
    const own = [path, `${kindOf(value)}.`] as const;
    return value.kind === 'mapping' ? [own, ...describedPaths(value, `${path}.`)] : [own];
  });
}

/** Not the default itself: that changes too often for a file that is to be in step. */
function kindOf(value: Located): string {
  if (value.kind === 'sequence') return 'A list';
  if (value.kind === 'mapping') return 'A group';
  if (value.value === null) return 'Null by default';
  const kinds: Readonly<Record<string, string>> = {
    string: 'Text',
    number: 'A number',
    boolean: 'true or false',
  };
  return kinds[typeof value.value] ?? 'A value';
}

/** No schema may name none. */
const oneOf = (names: readonly string[]): Schema => (names.length === 0 ? {} : { enum: names });

const descriptionOf = ({ description }: Schema, other: string): string =>
  typeof description === 'string' ? description : other;

const withProperty = (schema: Schema | undefined, name: string, property: Schema): Schema => ({
  ...schema,
  properties: { ...propertiesOf(schema), [name]: property },
});

const propertiesOf = (schema: Schema | undefined): Readonly<Record<string, Schema>> =>
  (schema?.['properties'] ?? {}) as Readonly<Record<string, Schema>>;

const definitionsOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  schema['definitions'] as Readonly<Record<string, Schema>>;
