import { describe, expect, it } from 'vitest';

import { lastStages } from '../../src/graph/last-stages.ts';
import { usableStages } from '../../src/graph/usable.ts';
import { configurationOf } from './configuration-of.ts';

const pipeline = `
params: { n: 1, root: null }
stages:
  a: { run: "true" }
  b: { run: "true", inputs: { x: a } }
  c: { run: "true", inputs: { within: { within: a, files: b/list } } }
  d: { run: "true", inputs: { folder: { path: "\${root}" } } }
  e: { run: "true", inputs: { x: d } }
  f: { run: "true", with: { n: "\${n}" }, inputs: { x: { from: a, sweep: { n: [1, 2] } } } }
`;

const together = (overrides: readonly string[] = []): readonly (readonly string[])[] =>
  usableStages(configurationOf(pipeline, overrides)).map(({ names }) => names);

describe('the last stages', () => {
  it('are those that no other takes anything from, but for those that lack a parameter', () => {
    expect(lastStages(configurationOf(pipeline))).toEqual(['c', 'f']);
    expect(lastStages(configurationOf(pipeline, ['root=./x']))).toEqual(['c', 'e', 'f']);
  });

  it('are of graphs that hold as many stages together as may be', () => {
    expect(together(['root=./x'])).toEqual([['a', 'b', 'c', 'd', 'e', 'f']]);
    expect(together()).toEqual([['a', 'b', 'c'], ['f']]);
  });
});
