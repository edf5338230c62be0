import { describe, expect, it } from 'vitest';

import { expand } from '../../src/graph/expand.ts';
import type { Graph } from '../../src/graph/node.ts';
import { configurationOf } from './configuration-of.ts';

const pipeline = (photos: string, edge = ''): string => `
params:
  photos: ${photos}
  shard: 1
  shards: 1
stages:
  simulate: { use: simulate.ts }
  list: { use: list.ts, inputs: { photos: "\${photos}" }, with: { shards: "\${shards}" } }
  read:
    use: read.ts
    inputs:
      photos: { within: "\${photos}", files: "list/\${shard}.json"${edge} }
  join:
    use: join.ts
    inputs:
      parts:
        from: read
        sweep:
          shard: 1..\${shards}
`;

function graphOf(text: string, overrides: readonly string[] = []): Graph {
  const { graph, diagnostics } = expand(configurationOf(text, overrides), ['join']);
  if (graph === undefined) throw new Error(JSON.stringify(diagnostics));
  return graph;
}

const names = ({ nodes }: Graph): readonly string[] => nodes.map(({ name }) => name);

describe('an input within a folder', () => {
  it('takes the list from one stage and the folder from another, inputs first', () => {
    const graph = graphOf(pipeline('simulate/photos'));
    expect(names(graph)).toEqual(['simulate', 'list', 'read', 'join']);
    const [simulate, list, read] = graph.nodes;
    expect(read?.inputs).toEqual([
      {
        name: 'photos',
        swept: false,
        sources: [
          {
            kind: 'node',
            recipe: simulate?.recipe,
            part: 'photos',
            overrides: {},
            files: { recipe: list?.recipe, part: '1.json' },
          },
        ],
      },
    ]);
  });

  it('takes the folder from a path', () => {
    const { nodes } = graphOf(pipeline('{ path: ./photos }'));
    expect(nodes[1]?.inputs[0]?.sources).toMatchObject([
      { kind: 'path', path: './photos', files: { recipe: nodes[0]?.recipe, part: '1.json' } },
    ]);
  });

  it('gives a node for each shard, of one list', () => {
    const graph = graphOf(pipeline('./photos'), ['shards=3']);
    expect(names(graph)).toEqual(['list', 'read', 'read[shard=2]', 'read[shard=3]', 'join']);
    expect(graph.nodes[2]?.inputs[0]?.sources[0]?.files?.part).toBe('2.json');
  });

  it('is absent where its folder is', () => {
    const { nodes } = graphOf(pipeline('null'));
    expect(nodes.find(({ stage }) => stage === 'read')?.inputs).toEqual([
      { name: 'photos', swept: false, sources: [] },
    ]);
  });

  it.each([
    [pipeline('./photos').replace('"list/${shard}.json"', './list.json'), 'files is no part of a stage'],
    [pipeline('{ from: simulate, sweep: { shard: [1, 2] } }'), 'within is swept or narrowed already'],
  ])('is refused where it cannot be', (text, message) => {
    const { diagnostics } = expand(configurationOf(text), ['join']);
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'INPUT_KIND', message }));
  });
});
