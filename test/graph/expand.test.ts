import { describe, expect, it } from 'vitest';

import { describeOrigin } from '../../src/config/source.ts';
import { expand } from '../../src/graph/expand.ts';
import type { Graph, Node } from '../../src/graph/node.ts';
import { configurationOf } from './configuration-of.ts';

const pipeline = `
params:
  seed: 1
  source: scan
  train: { epochs: 7, loss: { exif: true, pixels: true } }
  fit: { components: 8 }
  split: test
  unused: 0
stages:
  scan: { use: scan.ts, with: { seed: "\${seed}" } }
  train: { use: train.ts, inputs: { photos: scan }, with: { ...: "\${train}", seed: "\${seed}" } }
  fit: { use: fit.ts, inputs: { train: train/features }, with: "\${fit}" }
  score: { use: score.ts, inputs: { mixture: fit, real: "train/\${split}" } }
  tables:
    use: tables.ts
    inputs:
      both: score
      exifOnly: { from: score, set: { train.loss.pixels: false } }
      components: { from: score, sweep: { fit.components: [4, 8] } }
`;

function graphOf(text: string, targets: readonly string[], overrides: readonly string[] = []): Graph {
  const { graph, diagnostics } = expand(configurationOf(text, overrides), targets);
  if (graph === undefined)
    throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return graph;
}

const names = (graph: Graph): readonly string[] => graph.nodes.map(({ name }) => name);

function nodeOf(graph: Graph, name: string): Node {
  const node = graph.nodes.find((candidate) => candidate.name === name);
  if (node === undefined) throw new Error(`no node ${name} among ${names(graph).join(', ')}`);
  return node;
}

function faultsOf(
  text: string,
  targets: readonly string[],
  overrides: readonly string[] = [],
): readonly string[] {
  return expand(configurationOf(text, overrides), targets).diagnostics.map(
    ({ code, origin, message }) =>
      `${origin === undefined ? '-' : describeOrigin(origin)} ${code} ${message}`,
  );
}

const recipesOf = (graph: Graph): readonly string[] => graph.nodes.map(({ recipe }) => recipe);

/** One stage that is given one value. */
const giving = (params: string, given: string): string =>
  `params: ${params}\nstages: { a: { use: a.ts, with: { x: "${given}" } } }`;

/** p1 to p60, each made of the one before. */
const doubling = (join: (name: string) => string): string =>
  Array.from({ length: 60 }, (_, level) => `p${level + 1}: ${join(`\${p${level}}`)}`).join(', ');

const graphWith = (workers: number): Graph => {
  const text = `params: { workers: ${workers} }
stages:
  train: { use: train.ts, with: { epochs: 7, workers: "\${workers}" } }
  fit: { use: fit.ts, inputs: { train: train } }`;
  return expand(configurationOf(text, [], { train: ['workers'] }), ['fit']).graph as Graph;
};

describe('a graph', () => {
  it('holds what the target needs, inputs first, and nothing else', () => {
    expect(names(graphOf(pipeline, ['fit']))).toEqual(['scan', 'train', 'fit']);
  });

  it('gives each stage its own parameters, resolved', () => {
    const graph = graphOf(pipeline, ['fit'], ['seed=5']);
    expect(nodeOf(graph, 'train').params).toEqual({ epochs: 7, loss: { exif: true, pixels: true }, seed: 5 });
    expect(nodeOf(graph, 'fit').params).toEqual({ components: 8 });
  });

  it('leaves parameters that cannot change a result out of recipes, and hands them on', () => {
    const [one, four] = [graphWith(1), graphWith(4)];
    expect(nodeOf(four, 'train')).toMatchObject({ params: { epochs: 7 }, effort: { workers: 4 } });
    expect(recipesOf(four)).toEqual(recipesOf(one));
    expect(names(four)).toEqual(names(one));
  });

  it('has a node for each recipe: edges with overrides share all that is the same above them', () => {
    const graph = graphOf(pipeline, ['tables']);
    expect(names(graph)).toEqual([
      'scan',
      'train',
      'train[train.loss.pixels=false]',
      'fit',
      'fit[fit.components=4]',
      'fit[train.loss.pixels=false]',
      'score',
      'score[fit.components=4]',
      'score[train.loss.pixels=false]',
      'tables',
    ]);
    const [both, components, exifOnly] = nodeOf(graph, 'tables').inputs;
    expect(both?.sources).toEqual([
      { kind: 'node', recipe: nodeOf(graph, 'score').recipe, part: null, overrides: {} },
    ]);
    expect(components?.swept).toBe(true);
    expect(components?.sources.map(({ overrides }) => overrides)).toEqual([
      { 'fit.components': 4 },
      { 'fit.components': 8 },
    ]);
    expect(exifOnly?.sources[0]?.overrides).toEqual({ 'train.loss.pixels': false });
  });

  it('names parts of artifacts, also those that a parameter chooses', () => {
    const parts = nodeOf(graphOf(pipeline, ['score'], ['split=validation']), 'score').inputs.map(
      ({ name, sources }) => [name, sources[0]?.kind === 'node' ? sources[0].part : undefined],
    );
    expect(parts).toEqual([
      ['mixture', null],
      ['real', 'validation'],
    ]);
  });

  it('has a target for each point of a sweep, the first parameter varying slowest', () => {
    const { targets } = graphOf(pipeline, ['fit'], ['seed=1,2', 'fit.components=3,4']);
    expect(targets.map(({ overrides }) => Object.values(overrides))).toEqual([
      [3, 1],
      [4, 1],
      [3, 2],
      [4, 2],
    ]);
  });

  it('is not changed by parameters that no stage reads', () => {
    expect(recipesOf(graphOf(pipeline, ['tables'], ['unused=3']))).toEqual(
      recipesOf(graphOf(pipeline, ['tables'])),
    );
    expect(recipesOf(graphOf(pipeline, ['tables'], ['seed=3']))).not.toEqual(
      recipesOf(graphOf(pipeline, ['tables'])),
    );
  });

  it('does not tell nodes apart by overrides that they cannot see', () => {
    expect(names(graphOf(pipeline, ['train'], ['fit.components=1,2,3']))).toEqual(['scan', 'train']);
  });

  it('lets the edge nearest to a stage have the last word', () => {
    const text = `
params: { n: 0 }
stages:
  low: { use: low.ts, with: { n: "\${n}" } }
  middle: { use: middle.ts, inputs: { low: { from: low, set: { n: 2 } } } }
  top: { use: top.ts, inputs: { middle: { from: middle, set: { n: 1 } } } }
`;
    expect(graphOf(text, ['top'], ['n=5']).nodes.map(({ name, params }) => [name, params])).toEqual([
      ['low[n=2]', { n: 2 }],
      ['middle', {}],
      ['top', {}],
    ]);
  });

  it('takes inputs from parameters: a stage, a folder, an edge, or nothing', () => {
    const text = `
params: { photos: make/photos }
stages:
  make: { use: make.ts, with: { size: "\${photos}" } }
  scan: { use: scan.ts, inputs: { photos: "\${photos}" } }
`;
    const input = (override: string): unknown => {
      const { nodes } = graphOf(text, ['scan'], [override]);
      return nodes
        .at(-1)
        ?.inputs[0]?.sources.map((source) => (source.kind === 'path' ? source.path : source.part));
    };
    expect(input('photos=make/more')).toEqual(['more']);
    expect(input('photos=../photos')).toEqual(['../photos']);
    expect(input('photos={ path: photos }')).toEqual(['photos']);
    expect(input('photos={ from: make/few, set: { photos: make/x } }')).toEqual(['few']);
    expect(input('photos=null')).toEqual([]);
  });

  it('may take a stage as an input of itself where the parameters differ', () => {
    const text = `
params: { round: 3, previous: { from: refine, set: { round: 2, previous: null } } }
stages:
  refine: { use: refine.ts, inputs: { previous: "\${previous}" }, with: { round: "\${round}" } }
`;
    expect(names(graphOf(text, ['refine']))).toEqual(['refine[previous=null, round=2]', 'refine']);
  });
});

describe('references', () => {
  it.each([
    ['{ n: 3 }', '${n}', 3],
    ['{ n: 3 }', 'n is ${n}!', 'n is 3!'],
    ['{ n: 3, m: "${n}" }', '${m}', 3],
    ['{ g: { n: [1, 2] } }', '${g}', { n: [1, 2] }],
    ['{ g: { n: 1 }, h: { ...: "${g}", m: 2 } }', '${h.n}', 1],
    ['{ g: { n: 1 }, h: "${g}" }', '${h.n}', 1],
    ['{ g: { n: 1, m: 1 }, h: { m: 2, ...: "${g}" } }', '${h}', { n: 1, m: 2 }],
    ['{ h: { ...: { n: 1 }, m: 2 } }', '${h}', { n: 1, m: 2 }],
    ['{ n: 3 }', '$${n}', '${n}'],
    ['{ n: 3 }', '${n}${n}', '33'],
    ['{ n: 3 }', '${ n }', 3],
  ])('in %s make %s', (params, given, value) => {
    expect(nodeOf(graphOf(giving(params, given), ['a']), 'a').params).toEqual({ x: value });
  });

  it.each([
    ['{ n: 3 }', '${m}', 'PARAM_UNKNOWN there is no parameter m'],
    ['{ n: "${m}", m: "${n}" }', '${n}', 'REFERENCE_CYCLE references go round in a ring: m -> n -> m'],
    ['{ n: { m: "${n}" } }', '${n}', 'REFERENCE_CYCLE references go round in a ring: n -> n'],
    ['{ n: null }', '${n}/x', 'PARAM_MISSING n has no value and one is needed here'],
    ['{ n: [1] }', '${n}/x', 'REFERENCE_KIND n cannot be put into a text: it is a list of 1'],
  ])('in %s refuse %s', (params, given, fault) => {
    expect(faultsOf(giving(params, given), ['a']).map((line) => line.replace(/^\S+ /, ''))).toEqual([fault]);
  });

  it('that double a value again and again are stopped', () => {
    const lists = `{ p0: [1, 1], ${doubling((p) => `["${p}", "${p}"]`)} }`;
    const texts = `{ p0: xx, ${doubling((p) => `"${p}${p}"`)} }`;
    for (const params of [lists, texts]) {
      expect(faultsOf(giving(params, '${p60}'), ['a']).map((line) => line.split(' ')[1])).toContain(
        'REFERENCE_TOO_LARGE',
      );
    }
  });
});

describe('faults of a graph', () => {
  it('are all reported, each at its place', () => {
    const text = `
params: { n: 1 }
stages:
  a: { use: a.ts, inputs: { x: bb/part, y: { from: c, set: { m: 1 } } } }
  b: { use: b.ts, inputs: { x: [1], y: a/../b } }
  c: { use: c.ts, with: "\${n}" }
`;
    expect(
      faultsOf(text, ['a', 'b'])
        .map((fault) => fault.split(' ').slice(0, 2).join(' '))
        .toSorted(),
    ).toEqual([
      'pipeline.yaml:4:32 STAGE_UNKNOWN',
      'pipeline.yaml:4:62 PARAM_UNKNOWN',
      'pipeline.yaml:5:32 INPUT_KIND',
      'pipeline.yaml:5:40 PART_INVALID',
      'pipeline.yaml:6:25 SCHEMA_TYPE',
    ]);
  });

  it('name the nearest stage for an unknown target', () => {
    const { diagnostics } = expand(configurationOf(pipeline), ['scor']);
    expect(diagnostics).toMatchObject([{ code: 'STAGE_UNKNOWN', nearest: 'score' }]);
  });

  it('print a cycle as a ring, once, and of rings that share a link the shortest', () => {
    const text = `
stages:
  a: { use: a.ts, inputs: { b: b } }
  b: { use: b.ts, inputs: { c: c } }
  c: { use: c.ts, inputs: { a: a, b: b } }
`;
    const faults = faultsOf(text, ['b', 'a', 'c']);
    expect(faults.map((fault) => fault.split(': ').at(-1))).toEqual(['b -> c -> b']);
  });

  it('print every ring that shares no link with another', () => {
    const text = `
stages:
  a: { use: a.ts, inputs: { b: b, d: d } }
  b: { use: b.ts, inputs: { c: c } }
  c: { use: c.ts, inputs: { a: a } }
  d: { use: d.ts, inputs: { d: d } }
`;
    const faults = faultsOf(text, ['a']);
    expect(new Set(faults.map((fault) => fault.split(': ').at(-1)))).toEqual(
      new Set(['a -> b -> c -> a', 'd -> d']),
    );
  });

  it('say nothing of a target where there is no stage at all', () => {
    expect(faultsOf('params: { n: 1 }\nstages: {}\n', ['a'])).toEqual([]);
  });

  it('do not count for stages that the target does not need', () => {
    expect(faultsOf(pipeline.replace('real: "train', 'real: "trian'), ['fit'])).toEqual([]);
  });
});

describe('a large graph', () => {
  it('of ten thousand stages in a chain is expanded', () => {
    const stages = Array.from(
      { length: 10_000 },
      (_, i) => `  s${i}: { use: s.ts${i === 0 ? '' : `, inputs: { x: s${i - 1} }`} }`,
    );
    expect(graphOf(`stages:\n${stages.join('\n')}`, ['s9999']).nodes).toHaveLength(10_000);
  });

  it('of diamonds upon diamonds is walked once', () => {
    const stages = Array.from({ length: 300 }, (_, i) =>
      i === 0
        ? '  s0: { use: s.ts }'
        : `  s${i}: { use: s.ts, inputs: { x: s${i - 1}, y: s${i - 1}, z: s${i - 1}/part } }`,
    );
    expect(graphOf(`stages:\n${stages.join('\n')}`, ['s299']).nodes).toHaveLength(300);
  });

  it('with overrides at every level, that nothing above them sees, is walked once too', () => {
    const params = Array.from({ length: 60 }, (_, i) => `  p${i}: 0`);
    const stages = Array.from({ length: 60 }, (_, i) =>
      i === 0
        ? '  s0: { use: s.ts }'
        : `  s${i}: { use: s.ts, inputs: { x: s${i - 1}, y: { from: s${i - 1}, set: { p${i}: 1 } } } }`,
    );
    expect(
      graphOf(`params:\n${params.join('\n')}\nstages:\n${stages.join('\n')}`, ['s59']).nodes,
    ).toHaveLength(60);
  });

  it('of ten thousand points shares what they have in common', () => {
    const points = Array.from({ length: 10_000 }, (_, i) => i + 100).join(',');
    expect(graphOf(pipeline, ['score'], [`fit.components=${points}`]).nodes).toHaveLength(20_002);
  });
});
