/**
 * Weights with which every rectifier is far from zero: the shifts of the normalisations open two channels in three and
 * close the third. Rounding then turns no rectifier, and gradients of whole networks can be compared to the last digits.
 */
import type { Layout } from '../../../src/science/network/layout.ts';
import { block, type Block } from '../../../src/science/network/parameters.ts';

/** A copy of the weights of a network: images x normalised to one standard deviation become g x + b. */
export function farFromZero(layout: Layout, weights: Block): Block {
  const far = block(layout, 'weight', weights.data.slice());
  const firstOfSums = new Set(
    layout.layers.flatMap(({ layer, from }) => (layer.kind === 'sum' ? from.slice(0, 1) : [])),
  );
  for (const { layer } of layout.layers) {
    if (layer.kind !== 'batch-norm') continue;
    // What is added to a sum moves its open channels little, and closes the same ones.
    const isAdded = firstOfSums.has(layer.name);
    const [gain, shift] = ['weight', 'bias'].map(
      (kind) => far.views[far.parameters.findIndex(({ name }) => name === `${layer.name}.${kind}`)],
    ) as [Float32Array, Float32Array];
    for (let channel = 0; channel < gain.length; channel++) {
      gain[channel] = (0.8 + 0.2 * (gain[channel] as number)) * (isAdded ? 0.25 : 1);
      shift[channel] = channel % 3 === 0 ? -6 : isAdded ? 0 : 6;
    }
  }
  return far;
}
