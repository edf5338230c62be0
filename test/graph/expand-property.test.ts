import fc from 'fast-check';
import { expect, it } from 'vitest';

import { parseTarget } from '../../src/cli/target.ts';
import { expand } from '../../src/graph/expand.ts';
import { configurationOf } from './configuration-of.ts';

const parameter = fc.constantFrom('p', 'q', 'g.r', 'g.s');
const value = fc.integer({ min: 0, max: 2 });

/** A stage reads some parameters and takes earlier stages as inputs, with overrides or without, by name or through a parameter. */
const stage = fc.record({
  reads: fc.array(parameter, { maxLength: 2 }),
  inputs: fc.array(
    fc.record({
      from: fc.nat(),
      chosen: fc.boolean(),
      set: fc.dictionary(parameter, value, { maxKeys: 2 }),
      sweep: fc.option(fc.tuple(parameter, fc.uniqueArray(value, { minLength: 1 })), { nil: undefined }),
    }),
    { maxLength: 2 },
  ),
});

function pipelineOf(
  stages: readonly (typeof stage extends fc.Arbitrary<infer Value> ? Value : never)[],
): string {
  const declared = stages.map(({ reads, inputs }, index) => {
    const sources = (index === 0 ? [] : inputs).map(({ from, chosen, set, sweep }) => ({
      from: chosen ? '${chosen}' : `s${from % index}`,
      set,
      ...(sweep === undefined ? {} : { sweep: { [sweep[0]]: sweep[1] } }),
    }));
    const isFirst = index === 0;
    return [
      `s${index}`,
      {
        use: 's.ts',
        with: Object.fromEntries(reads.map((path) => [path.replace('.', '-'), `\${${path}}`])),
        inputs: isFirst ? {} : Object.fromEntries(sources.map((source, at) => [`i${at}`, source])),
      },
    ] as const;
  });
  return JSON.stringify({
    params: { p: 0, q: 0, g: { r: 0, s: 0 }, chosen: 's0' },
    stages: Object.fromEntries(declared),
  });
}

it('every node is what its name says: its stage, with these overrides and no others', () => {
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 6 }), (stages) => {
      const text = pipelineOf(stages);
      const { graph } = expand(configurationOf(text), [`s${stages.length - 1}`]);
      expect(graph).toBeDefined();
      for (const { name, recipe } of graph?.nodes ?? []) {
        const target = parseTarget(name);
        const alone = expand(configurationOf(text, target.overrides), [target.stage]);
        expect(alone.graph?.targets[0]?.recipe).toBe(recipe);
      }
      expect(new Set(graph?.nodes.map(({ name }) => name)).size).toBe(graph?.nodes.length);
      expect(new Set(graph?.nodes.map(({ recipe }) => recipe)).size).toBe(graph?.nodes.length);
    }),
    { numRuns: 200 },
  );
});
