import { describe, expect, it } from 'vitest';

import { drawGraph } from '../../src/report/drawing.ts';
import { expand } from '../../src/graph/expand.ts';
import { lastStages } from '../../src/graph/last-stages.ts';
import type { Graph } from '../../src/graph/node.ts';
import { configurationOf } from '../graph/configuration-of.ts';

const text = `
params: { size: 1, root: null }
stages:
  read: { run: "true", inputs: { photos: ./photos } }
  crop: { run: "true", inputs: { all: read/list.txt }, with: { size: "\${size}" } }
  both: { run: "true", inputs: { crops: { from: crop, sweep: { size: 1..2 } }, list: read } }
  lost: { run: "true", inputs: { x: { path: "\${root}/x" } } }
`;

function graphOf(target: string, pipeline = text): Graph {
  const { graph } = expand(configurationOf(pipeline), [target]);
  if (graph === undefined) throw new Error('the text has faults');
  return graph;
}

describe('a graph is drawn', () => {
  it('as a tree, each node once', () => {
    expect(drawGraph(graphOf('both'), 'tree').split('\n')).toEqual([
      'both',
      '├─ crop',
      '│  └─ read',
      '│     └─ ./photos',
      '├─ crop[size=2]',
      '│  └─ read (above)',
      '└─ read (above)',
    ]);
  });

  it('as a tree no deeper than anybody reads, that says where it goes on', () => {
    const stages = Array.from(
      { length: 10_000 },
      (_, at) => `  s${at}: { run: "true", inputs: { x: ${at === 0 ? './x' : `s${at - 1}`} } }\n`,
    );
    const lines = drawGraph(graphOf('s9999', `stages:\n${stages.join('')}`), 'tree').split('\n');
    expect([lines.length, lines[1], lines.at(-1)?.trim()]).toEqual([
      501,
      '└─ s9998',
      '└─ s9499 (and below: pipe graph s9499)',
    ]);
  });

  it('for Mermaid', () => {
    expect(drawGraph(graphOf('crop'), 'mermaid').split('\n')).toEqual([
      'flowchart LR',
      '  p0[/"./photos"/]',
      '  n0["read"]',
      '  n1["crop"]',
      '  p0 -->|"photos"| n0',
      '  n0 -->|"all: list.txt"| n1',
    ]);
  });

  it('for Graphviz', () => {
    expect(drawGraph(graphOf('crop'), 'dot').split('\n')).toEqual([
      'digraph pipeline {',
      '  rankdir=LR; node [shape=box];',
      '  p0 [label="./photos", shape=folder];',
      '  n0 [label="read"];',
      '  n1 [label="crop"];',
      '  p0 -> n0 [label="photos"];',
      '  n0 -> n1 [label="all: list.txt"];',
      '}',
    ]);
  });
});

it('the last stages are those that nothing else takes, without those that lack a parameter', () => {
  expect(lastStages(configurationOf(text))).toEqual(['both']);
});
