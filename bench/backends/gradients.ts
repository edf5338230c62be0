/**
 * One network, batch and set of weights, drawn from a seed, and how far gradients computed on it are apart. Its rectifiers
 * are far from zero: near it rounding opens one here and not there, and the gradient that passes is then in one alone
 * (thousandths of a small network's gradients, hundredths of ResNet-50's, in PyTorch too: `resnet.test.ts`).
 */
import type { Gradients } from '../../src/science/network/gradient-source.ts';
import { layOut, type Layout } from '../../src/science/network/layout.ts';
import { networkNamed } from '../../src/science/network/networks.ts';
import { initialParameters, type Block } from '../../src/science/network/parameters.ts';
import { floatTensor, type Tensors } from '../../src/science/onnx/session.ts';
import { randomOf } from '../../src/science/random.ts';
import { pairLabels } from '../../src/science/ranking/labels.ts';
import { manipulatedName, orderName, pretextObjective } from '../../src/science/ranking/objective.ts';
import { farFromZero } from '../../test/science/network/far-from-zero.ts';

export interface Example {
  readonly layout: Layout;
  readonly weights: Block;
  readonly batch: number;
  readonly images: Float32Array;
  readonly labels: Tensors;
}

export const loss = { exif: true, manipulation: true };
export const protocol = 'paper';
export const objective = pretextObjective(loss, protocol);

export function example(network: string, size: number, batch: number): Example {
  const layout = layOut(networkNamed(network), size);
  const random = randomOf(1);
  const tags = Array.from({ length: batch }, () => ({
    aperture: random.integer(3) + 1,
    exposureTime: random.uniform(),
    focalLength: random.integer(4) + 20,
    iso: 100 * (1 + random.integer(3)),
  }));
  return {
    layout,
    weights: farFromZero(layout, initialParameters(layout, 1).weights),
    batch,
    images: Float32Array.from({ length: batch * 3 * size * size }, () => random.normal()),
    labels: {
      [orderName]: floatTensor(pairLabels(tags, protocol), [batch, batch, 4]),
      [manipulatedName]: floatTensor(
        Float32Array.from(tags, (_, i) => i % 2),
        [batch, 1],
      ),
    },
  };
}

/**
 * |a - b| / |b|: of all weights as one vector, and of the parameter where it is largest, there beside the longest of its
 * layer, for the shift before a normalisation has no gradient.
 */
export function distances({ parameters, views, data }: Block, expected: Block): string {
  const layers = parameters.map(({ name }) => name.slice(0, name.lastIndexOf('.')));
  const lengths = new Map<string, number>();
  expected.views.forEach((view, i) => {
    const layer = layers[i] as string;
    lengths.set(layer, Math.max(length(view), lengths.get(layer) ?? 0));
  });
  const single = parameters.map(({ name }, i) => ({
    name,
    distance:
      length(difference(views[i] as Float32Array, expected.views[i] as Float32Array)) /
      (lengths.get(layers[i] as string) as number),
  }));
  const worst = single.reduce((most, each) => (each.distance > most.distance ? each : most));
  const all = distance(data, expected.data).toExponential(1);
  return `${all} apart, most in ${worst.name}, ${worst.distance.toExponential(1)}`;
}

const length = (of: Float32Array): number => Math.sqrt(of.reduce((sum, value) => sum + value ** 2, 0));

/** |a - b| / |b|, as vectors. */
export function distance(values: Float32Array, expected: Float32Array): number {
  return length(difference(values, expected)) / length(expected);
}

const difference = (values: Float32Array, expected: Float32Array): Float32Array =>
  expected.map((value, i) => value - (values[i] as number));

/** The least seconds of a few calls, which take turns. */
export async function leastSeconds(
  sources: readonly Gradients[],
  { images, labels }: Example,
  rounds = 3,
): Promise<number[]> {
  const least = sources.map(() => Infinity);
  for (let round = 0; round <= rounds; round++)
    for (const [i, source] of sources.entries()) {
      const start = performance.now();
      await source.compute(images, labels);
      if (round > 0) least[i] = Math.min(least[i] as number, (performance.now() - start) / 1000);
    }
  return least;
}
