import { describe, expect, it } from 'vitest';
import { tensors } from '../../../src/science/network/gradient-source.ts';
import { layOut } from '../../../src/science/network/layout.ts';
import { demoNetwork, networkNamed } from '../../../src/science/network/networks.ts';
import { initialParameters } from '../../../src/science/network/parameters.ts';
import { trainingGraph } from '../../../src/science/network/training-graph.ts';
import { decodeModel } from '../../../src/science/onnx/messages.ts';
import { floatTensor, openSession } from '../../../src/science/onnx/session.ts';
import { pretextObjective } from '../../../src/science/ranking/objective.ts';
import { exampleBatch } from './example-batch.ts';

const objective = pretextObjective({ exif: true, manipulation: true }, 'paper');

/** What gives the whole output of the layers that are cheap. */
const operations = new Map([
  ['relu', 'Relu'],
  ['batch-norm', 'BatchNormalization'],
  ['sum', 'Add'],
]);

describe('a frugal graph for training', () => {
  it('gives the bits of one that keeps everything', async () => {
    const [size, batch] = [32, 4];
    const layout = layOut(demoNetwork([8, 16, 32], 16), size);
    const { images, labels } = exampleBatch(1, batch, size);
    const { weights } = initialParameters(layout, 1);
    const feeds = {
      image: floatTensor(images, [batch, 3, size, size]),
      ...labels,
      ...tensors(weights, (name) => name),
    };
    const [all, frugal] = await Promise.all(
      [false, true].map(async (isFrugal) => {
        const session = await openSession(trainingGraph(layout, batch, objective, { isFrugal }), { cpus: 1 });
        const results = await session.run(feeds);
        await session.close();
        return Object.entries(results).map(([name, { data }]) => [name, data]);
      }),
    );
    expect(frugal).toEqual(all);
  });

  it.each(['demo', 'resnet50'])(
    'keeps nothing of %s that is cheap to make again from what it keeps',
    (network) => {
      const layout = layOut(networkNamed(network), 64);
      const { nodes } = decodeModel(trainingGraph(layout, 2, objective, { isFrugal: true })).graph;
      const read = new Set(
        nodes
          .filter(({ name }) => name.includes('/backward/'))
          .flatMap(({ inputs }) => inputs)
          .map((input) => input.replace(/[0-9]+$/, '')),
      );
      const kept = layout.layers
        .filter(({ layer: { name, kind } }) => read.has(`${name}/forward/${operations.get(kind)}`))
        .map(({ layer }) => layer.name);
      const sums = layout.layers.filter(({ layer }) => layer.kind === 'sum').map(({ layer }) => layer.name);
      const behindSums = layout.layers.filter(({ from }) => from.some((name) => sums.includes(name)));
      expect(kept).toEqual(behindSums.map(({ layer }) => layer.name));
      expect([...read].filter((input) => /conv3\/forward|downsample\.0\/forward/.test(input))).toEqual([]);
    },
  );
});
