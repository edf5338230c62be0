/** What the heads have learnt, measured on faces that were not trained on. */
import { FailureError } from '../../failure.ts';
import { openImageModel, type ImageModel, type ImageModelOptions } from '../network/image-model.ts';
import { inferenceGraph } from '../network/inference-graph.ts';
import type { Layout } from '../network/layout.ts';
import type { Parameters } from '../network/parameters.ts';
import { headsName } from '../network/networks.ts';
import { areaUnderRoc } from '../metrics/area-under-roc.ts';
import type { Face, Faces } from './faces.ts';
import { rankedTags, tagCount, tagNames, type Protocol } from './labels.ts';
import { pairwiseAccuracy, type PairwiseAccuracy } from './pairwise-accuracy.ts';

export interface HeldOutResult {
  /** On the originals, a tag each. */
  readonly ranking: Readonly<Record<(typeof tagNames)[number], PairwiseAccuracy>>;
  /** Area under the ROC of each manipulation against the originals, by the manipulation's logit. */
  readonly manipulation: Readonly<Record<string, number>>;
}

/** The same by a network as it stands in the middle of training; undefined when aborted. */
export async function measureNetwork(
  layout: Layout,
  parameters: Parameters,
  source: Faces,
  chosen: readonly Face[],
  {
    cpus,
    backend,
    protocol,
    signal,
  }: ImageModelOptions & {
    readonly protocol: Protocol;
    readonly signal: AbortSignal;
  },
): Promise<HeldOutResult | undefined> {
  const model = await openImageModel(inferenceGraph(layout, parameters), { cpus, backend });
  try {
    return await measureHeldOut(model, source, chosen, protocol, signal);
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    await model.close();
  }
}

const heads = tagCount + 1;
const batch = 100;

/** Runs every picture of the held-out `chosen` through the model; the order that counts is the one `protocol` asks for. `chosen` must not be empty. */
export async function measureHeldOut(
  model: ImageModel,
  source: Faces,
  chosen: readonly Face[],
  protocol: Protocol,
  signal: AbortSignal,
): Promise<HeldOutResult> {
  const scores: Float32Array[] = [];
  for (const variant of source.variants.keys())
    scores.push(await headsOf(model, source, chosen, variant, signal));
  const originals = scores[0] as Float32Array;
  const ranking = Object.fromEntries(
    tagNames.map((name, tag) => [
      name,
      pairwiseAccuracy(
        column(originals, tag),
        chosen.map(({ tags }) => rankedTags(tags, protocol)[name]),
      ),
    ]),
  );
  const manipulation = Object.fromEntries(
    source.variants
      .map((name, variant): [string, number] => [
        name,
        areaUnderRoc(column(scores[variant] as Float32Array, tagCount), column(originals, tagCount)),
      ])
      .slice(1),
  );
  return { ranking: ranking as HeldOutResult['ranking'], manipulation };
}

/** (N, 5) of one variant of each face. */
async function headsOf(
  model: ImageModel,
  source: Faces,
  chosen: readonly Face[],
  variant: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const scores = new Float32Array(chosen.length * heads);
  for (let start = 0; start < chosen.length; start += batch) {
    signal.throwIfAborted();
    const pictures = chosen.slice(start, start + batch).map((face) => ({ face, variant }));
    const given = await model.run(await source.read(pictures), headsName);
    if (given.some(Number.isNaN)) throw scoreNotANumber();
    scores.set(given, start * heads);
  }
  return scores;
}

/** Said of every head: a ranking would count such a score as a wrong order. */
function scoreNotANumber(): FailureError {
  return new FailureError({
    code: 'METRIC_SCORE_NAN',
    message: 'the network gives a held-out face a score that is not a number',
    remedy: 'lower the learning rate',
  });
}

function column(scores: Float32Array, head: number): Float64Array {
  return Float64Array.from(
    { length: scores.length / heads },
    (_, row) => scores[row * heads + head] as number,
  );
}
