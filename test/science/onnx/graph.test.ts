import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../../src/science/onnx/graph.ts';
import { decodeModel } from '../../../src/science/onnx/messages.ts';
import { floatTensor, openSession } from '../../../src/science/onnx/session.ts';

describe('a graph', () => {
  it('computes in onnxruntime what its nodes say', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', ['N', 3]);
    const scaled = graph.node('Mul', [x, graph.float(2)]);
    const [first, rest] = graph.nodes('Split', [scaled, graph.integers(1, 2)], 2, {
      attributes: { axis: 1 },
    });
    graph.output('first', first as string, ['N', 1]);
    graph.output(
      'leaky',
      graph.node('LeakyRelu', [rest as string], { attributes: { alpha: { float: 0.5 } } }),
      ['N', 2],
    );

    const session = await openSession(graph.model('example'), { cpus: 1 });
    const { first: left, leaky } = await session.run({
      x: floatTensor(Float32Array.of(1, -2, 3, 4, 5, -6), [2, 3]),
    });
    await session.close();

    expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['N', 3] }]);
    expect(left?.data).toEqual(Float32Array.of(2, 8));
    expect(leaky?.data).toEqual(Float32Array.of(-2, 6, 10, -6));
  });

  it('writes outputs into arrays given beforehand', async () => {
    const graph = new GraphBuilder();
    graph.output('y', graph.node('Neg', [graph.input('x', [2])]), [2]);
    const session = await openSession(graph.model('negation'), { cpus: 1 });
    const y = new Float32Array(2);
    await session.run({ x: floatTensor(Float32Array.of(1, 2), [2]) }, { y: floatTensor(y, [2]) });
    await session.close();
    expect(y).toEqual(Float32Array.of(-1, -2));
  });

  it('lets one value leave under two names, and an input leave as it is', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', [1]);
    const y = graph.node('Neg', [x]);
    graph.output('a', y, [1]);
    graph.output('b', y, [1]);
    graph.output('c', x, [1]);
    const session = await openSession(graph.model('names'), { cpus: 1 });
    const results = await session.run({ x: floatTensor(Float32Array.of(3), [1]) });
    await session.close();
    expect(Object.entries(results).map(([name, { data }]) => [name, data[0]])).toEqual([
      ['a', -3],
      ['b', -3],
      ['c', 3],
    ]);
  });

  it('keeps equal constants once', () => {
    const graph = new GraphBuilder();
    expect(graph.float(1)).toBe(graph.float(1));
    expect(graph.integers(1)).not.toBe(graph.float(1));
    expect(graph.constant(Float32Array.of(1, 2), [2])).not.toBe(
      graph.constant(Float32Array.of(1, 2), [1, 2]),
    );
  });

  it('is written to the same bytes each time, with its metadata in order', () => {
    expect(negation()).toEqual(negation());
    const { metadata, graph } = decodeModel(negation());
    expect(metadata).toEqual([
      { key: 'seed', value: '7' },
      { key: 'marks', value: '["simulated"]' },
    ]);
    expect(graph.constants[0]).toMatchObject({ name: 'x', shape: [2] });
  });
});

function negation(): Uint8Array {
  const graph = new GraphBuilder();
  graph.output('y', graph.node('Neg', [graph.initializer('x', [2], Float32Array.of(1, 2))]), [2]);
  return graph.model('example', { seed: '7', marks: '["simulated"]' });
}
