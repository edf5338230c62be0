/** A batch of noise with made-up camera settings, every second image manipulated. */
import { floatTensor, type Tensors } from '../../../src/science/onnx/session.ts';
import { randomOf } from '../../../src/science/random.ts';
import { pairLabels } from '../../../src/science/ranking/labels.ts';
import { manipulatedName, orderName } from '../../../src/science/ranking/objective.ts';

/** `images` (batch, 3, size, size). */
export function exampleBatch(
  seed: number,
  batch: number,
  size: number,
): { readonly images: Float32Array; readonly labels: Tensors } {
  const random = randomOf(seed);
  const images = Float32Array.from({ length: batch * 3 * size * size }, () => random.normal());
  const tags = Array.from({ length: batch }, () => ({
    aperture: random.integer(3) + 1,
    exposureTime: random.uniform(),
    focalLength: random.integer(4) + 20,
    iso: 100 * (1 + random.integer(3)),
  }));
  const manipulated = Float32Array.from(tags, (_, i) => i % 2);
  return {
    images,
    labels: {
      [orderName]: floatTensor(pairLabels(tags, 'paper'), [batch, batch, 4]),
      [manipulatedName]: floatTensor(manipulated, [batch, 1]),
    },
  };
}
