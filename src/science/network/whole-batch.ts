/** The gradients of a batch that goes through the network at once. */
import { imageName } from './description.ts';
import { formOn } from './form.ts';
import { scalars, tensors, valuesOf, type GradientOptions, type Gradients } from './gradient-source.ts';
import { floatTensor, openSession, type Tensors } from '../onnx/session.ts';
import { block } from './parameters.ts';
import { batchName, gradientName, trainingGraph } from './training-graph.ts';

/** Close it. */
export async function openWholeBatch({
  layout,
  weights,
  batch,
  objective,
  cpus,
  backend,
}: GradientOptions): Promise<Gradients> {
  const graph = trainingGraph(layout, batch, objective, await formOn(backend));
  const session = await openSession(graph, { cpus, backend });
  const gradients = block(layout, 'weight');
  const batchStatistics = block(layout, 'statistic');
  const imageShape = [batch, layout.network.channels, layout.size, layout.size];
  const weightFeeds = tensors(weights, (name) => name);
  const results = { ...tensors(gradients, gradientName), ...tensors(batchStatistics, batchName) };
  const parts = session.outputs.map(({ name }) => name).filter((name) => !(name in results));
  const fetches: Tensors = { ...results, ...scalars(parts) };
  return {
    gradients,
    batchStatistics,
    async compute(images, labels) {
      await session.run({ [imageName]: floatTensor(images, imageShape), ...labels, ...weightFeeds }, fetches);
      return valuesOf(fetches, parts);
    },
    close: () => session.close(),
  };
}
