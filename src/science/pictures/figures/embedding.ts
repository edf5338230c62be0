import { join } from 'node:path';
import { readFeatureSet } from '../../datasets/feature-set.ts';
import { embed } from '../../embedding/t-sne.ts';
import { trustworthiness } from '../../embedding/trustworthiness.ts';
import { randomOf } from '../../random.ts';
import { embeddingChart } from '../embedding-chart.ts';
import type { Figure } from '../figures-page.ts';
import type { ScoredImages } from './detections.ts';
import { writeChart, type FiguresHost } from './write-chart.ts';

export interface EmbeddingHost extends FiguresHost {
  readonly params: {
    readonly embedding: {
      readonly faces: number;
      readonly perplexity: number;
      readonly iterations: number;
    };
    readonly seed: number;
  };
  readonly progress: (update: { done: number; total: number; unit: string; note: string }) => void;
}

/** Fig. 5, and how far its neighbourhoods can be trusted (12 neighbours). */
export async function drawEmbedding(
  { generated }: ScoredImages,
  host: EmbeddingHost,
): Promise<{ readonly figure: Figure; readonly trust: number }> {
  const { params, inputs, simulated, signal } = host;
  const { faces, perplexity, iterations } = params.embedding;
  const { path, origin } = inputs.one('generatedFeatures');
  const real = await readFeatureSet(inputs.one('realFeatures'));
  const sets = await Promise.all(
    generated.map(({ name }) => readFeatureSet({ path: join(path, name), origin: `${origin}/${name}` })),
  );
  const { width } = real;
  const fakes = sets.flatMap(({ data, ids }, set) =>
    ids.map((_, row) => ({
      source: generated[set]?.name ?? '',
      features: data.subarray(row * width, (row + 1) * width),
    })),
  );
  const photographs = real.ids.map((_, row) => ({
    source: 'photographic',
    features: real.data.subarray(row * width, (row + 1) * width),
  }));
  const shown = [
    ...some(photographs, faces, params.seed, 'real'),
    ...some(fakes, faces, params.seed, 'generated'),
  ];
  const data = new Float32Array(shown.length * width);
  shown.forEach(({ features }, row) => data.set(features, row * width));

  const points = await embed(data, width, {
    perplexity: Math.min(perplexity, (shown.length - 1) / 3.01),
    iterations,
    signal,
    progress: (done, total) => host.progress({ done, total, unit: 'iterations', note: 't-SNE' }),
  });
  const neighbours = Math.min(12, Math.floor((shown.length - 1) / 2));
  const trust = trustworthiness(data, width, points, neighbours);
  const places = shown.map(({ source }, row) => ({
    source,
    x: points[2 * row] as number,
    y: points[2 * row + 1] as number,
  }));
  const figure = await writeChart(host, embeddingChart(inMixedOrder(places, params.seed), trust, simulated), {
    name: 'embedding',
    title: 'Fig. 5: features in the plane',
    caption:
      `t-SNE of the features of ${photographs.length > faces ? `${faces} of ` : ''}${photographs.length} real faces and ` +
      `${fakes.length > faces ? `${faces} of ` : ''}${fakes.length} generated ones. Neighbours are to be trusted ` +
      `(trustworthiness ${trust.toFixed(3)}), distances between groups are not.`,
  });
  return { figure, trust };
}

/** At most `count` of them by a seeded choice, in their order. */
function some<Item>(items: readonly Item[], count: number, seed: number, name: string): Item[] {
  if (items.length <= count) return [...items];
  const chosen = randomOf(seed, 'embedding', name).permutation(items.length).subarray(0, count);
  return [...chosen].toSorted((a, b) => a - b).map((place) => items[place] as Item);
}

/** Neither colour lies on top of the other. */
function inMixedOrder<Item>(items: readonly Item[], seed: number): Item[] {
  return Array.from(
    randomOf(seed, 'embedding', 'order').permutation(items.length),
    (place) => items[place] as Item,
  );
}
