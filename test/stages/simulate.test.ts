import { readdir, readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { StageContext } from '../../src/stage.ts';
import type { SimulateParameters } from '../../stages/parameters.ts';
import simulate from '../../stages/simulate.ts';
import { folderOfTest } from '../temporary-folder.ts';

let output: string;
beforeEach(async () => {
  output = await folderOfTest();
});

describe('the stage simulate', () => {
  it('marks everything as simulated and writes the folders the other stages read', async () => {
    const marks: string[] = [];
    const context: StageContext<SimulateParameters> = {
      params: {
        seed: 9,
        size: 32,
        photos: 2,
        faces: { train: 1, validation: 1, test: 1 },
        generated: { validation: 1, test: 1 },
      },
      inputs: {
        one: (name) => {
          throw new Error(`has no input ${name}`);
        },
        optional: () => undefined,
        all: () => [],
      },
      output,
      checkpoint: output,
      cpus: 1,
      signal: new AbortController().signal,
      marks: [],
      mark: (name) => marks.push(name),
      progress: () => {},
      log: () => {},
      metric: () => {},
    };
    await simulate.run(context);
    expect(marks).toEqual(['simulated']);
    expect((await readdir(output)).toSorted()).toEqual([
      'faces',
      'generated',
      'generated-validation',
      'landmarks',
      'photos',
    ]);
  });

  it('accepts the parameters that pipeline.yaml gives it, and no others', async () => {
    const pipeline = parse(await readFile('pipeline.yaml', 'utf8')) as { params: { simulate: object } };
    const schema = JSON.parse(await readFile('schemas/stages/simulate.schema.json', 'utf8')) as object;
    const isValid = new Ajv().compile(schema);
    expect(isValid(pipeline.params.simulate)).toBe(true);
    expect(isValid({ ...pipeline.params.simulate, size: 60 })).toBe(false);
    expect(isValid({ ...pipeline.params.simulate, colour: 'blue' })).toBe(false);
  });
});
