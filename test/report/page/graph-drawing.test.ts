import { describe, expect, it } from 'vitest';

import { graphDrawing } from '../../../src/report/page/graph-drawing.ts';
import type { ReportNode } from '../../../src/report/page/report.ts';

const nodeOf = (stage: string): ReportNode => ({
  name: stage,
  stage,
  state: 'stored',
  span: undefined,
  seconds: undefined,
  manifest: undefined,
});

function drawn(edges: readonly (readonly [string, string])[]): {
  readonly places: Readonly<Record<string, string>>;
  readonly lines: number;
} {
  const stages = [...new Set(edges.flat())];
  const { text } = graphDrawing({ nodes: stages.map(nodeOf), edges });
  const boxes = [...text.matchAll(/translate\(([\d.,]+)\)[^]*?class="name">([^<]*)</g)];
  return {
    places: Object.fromEntries(boxes.map(([, place = '', stage = '']) => [stage, place])),
    lines: text.match(/class="edge"/g)?.length ?? 0,
  };
}

describe('the drawing of a graph', () => {
  it('puts a stage right of all that it takes from, and near them', () => {
    expect(
      drawn([
        ['a', 'c'],
        ['b', 'd'],
        ['c', 'd'],
      ]).places,
    ).toEqual({ a: '0,0', b: '0,78', c: '148,39', d: '296,39' });
  });

  it('leaves out a line that a longer way stands for too', () => {
    const [direct, longer] = [['a', 'c'] as const, [['a', 'b'] as const, ['b', 'c'] as const]];
    expect(drawn([direct, ...longer]).lines).toBe(2);
    expect(drawn([direct]).lines).toBe(1);
    // Nodes of stages may take from each other under other overrides.
    expect(drawn([['a', 'a'], ['a', 'b'], ['b', 'a'], direct]).lines).toBe(4);
  });

  it('is of thousands of stages, beside each other and in a row, as well', () => {
    const many = Array.from({ length: 4000 }, (_, i) => `s${i}`);
    const row = many.slice(1).map((stage, i) => [many[i] as string, stage] as const);
    const jumps = many.slice(2).map((stage, i) => [many[i] as string, stage] as const);
    const { places, lines } = drawn([...jumps.slice(-200), ...row]);
    expect([places['s3999'], lines]).toEqual([`${3999 * 148},0`, 3999]);
    expect(drawn(many.map((stage) => [stage, 'last'] as const)).lines).toBe(4000);
  });
});
