/** The schemas that editors complete this project by: in step with it, true of all its files and of the examples in its pages. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { pipe } from '../e2e/pipe.ts';
import { temporaryProject } from '../temporary-project.ts';

const repository = join(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(join(repository, file), 'utf8');
const json = (file: string): object => JSON.parse(text(file)) as object;
const pipeline = json('schemas/project/pipeline.schema.json');
const general = json('schemas/pipeline.schema.json');

/** What is wrong, at which places; `part` is a definition of the schema. */
function faults(schema: object, value: unknown, part?: string): readonly string[] {
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addSchema(schema, 'it');
  const validate = ajv.compile(part === undefined ? schema : { $ref: `it#/definitions/${part}` });
  return validate(value) ? [] : [...new Set((validate.errors ?? []).map(({ instancePath }) => instancePath))];
}

describe('the schemas of this project', () => {
  it('are in step with pipeline.yaml and the schemas of the stages', async () => {
    const { code, stderr } = await pipe(repository, ['schema', '--check']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each([
    'pipeline.yaml',
    ...readdirSync(join(repository, 'experiments'))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `experiments/${name}`),
  ])('are true of %s, by the one that it names', (file) => {
    const named = /schema=(\S+)/.exec(text(file))?.[1] ?? '';
    expect(faults(json(join(dirname(file), named)), parse(text(file)))).toEqual([]);
  });

  it.each<[string, object]>([
    ['a stage', { inputs: { a: 'gmm' } }],
    ['a part of a stage', { inputs: { a: 'gmm/mixture.json', b: { from: 'features/test' } } }],
    ['a path', { inputs: { a: './photos', b: '../photos', c: { path: 'photos' } } }],
    ['a parameter that leads to an input', { inputs: { a: '${data.faces}', b: null } }],
    ['parameters of the module', { with: { components: 3, covariance: 'full' } }],
    ['parameters that are references', { with: { components: '${gmm.components}', '...': '${gmm}' } }],
    ['a group as a whole', { with: '${gmm}' }],
  ])('take %s', (_, stage) => {
    expect(faults(pipeline, { use: 'stages/gmm.ts', ...stage }, 'stage')).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a stage that is not there', { inputs: { a: 'gmmm' } }, '/inputs/a'],
    ['a part of such a stage', { inputs: { a: { from: 'gmmm/x' } } }, '/inputs/a/from'],
    [
      'a list of files by such a stage',
      { inputs: { a: { within: './a', files: 'x/y' } } },
      '/inputs/a/files',
    ],
    ['a parameter that the module does not take', { with: { component: 3 } }, '/with'],
    ['a value that a parameter cannot have', { with: { covariance: 'fulll' } }, '/with/covariance'],
  ])('mark %s', (_, stage, place) => {
    expect(faults(pipeline, { use: 'stages/gmm.ts', ...stage }, 'stage')).toContain(place);
    // The schema of all projects cannot know.
    expect(faults(general, { use: 'stages/gmm.ts', ...stage }, 'stage')).toEqual([]);
  });
});

const withDepth = (depth: unknown): object => ({
  stages: { first: { run: 'true', with: { depth }, inputs: { own: 'first' } } },
});

describe('pipe schema', () => {
  it('writes the schemas of a project, says so when they are out of step, and of stages that are commands too', async () => {
    const parameters = {
      type: 'object',
      properties: { depth: { type: 'integer' } },
      additionalProperties: false,
    };
    const root = await temporaryProject({
      'pipeline.yaml': 'params: { a: 1 }\nstages:\n  first:\n    run: "true"\n    with: { depth: 3 }\n',
      'schemas/stages/first.schema.json': JSON.stringify(parameters),
    });
    expect((await pipe(root, ['schema', '--check'])).code).toBe(4);
    expect((await pipe(root, ['schema'])).code).toBe(0);
    expect((await pipe(root, ['schema', '--check'])).code).toBe(0);
    const written = JSON.parse(
      readFileSync(join(root, 'schemas/project/pipeline.schema.json'), 'utf8'),
    ) as object;
    expect(faults(written, withDepth(3))).toEqual([]);
    expect(faults(written, withDepth('three'))).toContain('/stages/first/with/depth');
  });
});

/** Of the pages, with where they stand. */
const examples = ['README.md', ...readdirSync(join(repository, 'docs')).map((name) => `docs/${name}`)]
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) =>
    [...text(file).matchAll(/^```yaml\n([^]*?)^```$/gm)].map((match) => {
      const line = text(file).slice(0, match.index).split('\n').length + 1;
      return { place: `${file}:${line}`, value: parse(match[1] as string) as unknown };
    }),
  );

/** By what it is of: a pipeline, an experiment, some stages, parameters of a stage; of another program's file nothing is known. */
function faultsOfExample(value: unknown): readonly string[] | 'of another program' {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return 'of another program';
  if ('stages' in value) return faults(general, value);
  if ('set' in value || 'sweep' in value) return faults(json('schemas/experiment.schema.json'), value);
  const parts = Object.values(value) as readonly object[];
  if (parts.every((part) => 'use' in part || 'run' in part))
    return parts.flatMap((part) => faults(general, part, 'stage'));
  if (parts.every((part) => 'absolute' in part || 'relative' in part))
    return faults(json('schemas/allowances.schema.json'), value);
  if ('measure' in value) {
    const properties = (json('schemas/stages/pretrain.schema.json') as { properties: { measure: object } })
      .properties;
    return faults(properties.measure, value.measure);
  }
  return 'of another program';
}

describe('the examples in the pages', () => {
  it('are such as the schemas take', () => {
    const told = examples.map(({ place, value }) => [place, faultsOfExample(value)] as const);
    const ours = told.filter(([, found]) => found !== 'of another program');
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter(([, found]) => found.length > 0)).toEqual([]);
    // Of workflows and jobs elsewhere; a new one is to be looked at here.
    expect(told.length - ours.length).toBe(2);
  });
});
