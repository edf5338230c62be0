/**
 * t-SNE (van der Maaten and Hinton 2008) by the Barnes-Hut approximation (van der Maaten 2014): places rows of many
 * numbers in the plane so that neighbours stay neighbours. Distances between far groups mean nothing.
 *
 * The defaults are those of scikit-learn 1.x: a start along the principal axes, a learning rate from the number of
 * rows. Equal input gives equal output; there is no random number in it.
 */
import { setImmediate } from 'node:timers/promises';
import { FailureError } from '../../failure.ts';
import { jointAffinities, type Affinities } from './affinities.ts';
import { nearestNeighbours } from './neighbours.ts';
import { principalAxes } from './principal-axes.ts';
import { buildQuadtree, repulsion, type Repulsion } from './quadtree.ts';

export interface EmbeddingOptions {
  /** About how many neighbours a row has; from a third of one to below a third of the rows. */
  readonly perplexity?: number;
  readonly iterations?: number;
  /** At least 0; how wide a cell of far points may look (width over distance) to count as one point. 0: exact. */
  readonly angle?: number;
  readonly signal?: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
}

/**
 * `data` (N, width), row by row; gives (N, 2). Throws EMBEDDING_SETTING, EMBEDDING_ROWS_FEW, and FEATURES_NOT_FINITE for a row
 * that holds a NaN or an infinity.
 */
export async function embed(
  data: Float32Array | Float64Array,
  width: number,
  options: EmbeddingOptions = {},
): Promise<Float64Array> {
  const { perplexity = 30, iterations = 1000, angle = 0.5, signal, progress } = options;
  const count = data.length / width;
  checkSetting('perplexity', perplexity, 'at least 1/3', perplexity >= 1 / 3 && perplexity < Infinity);
  checkSetting(
    'iterations',
    iterations,
    'a whole number',
    Number.isSafeInteger(iterations) && iterations >= 0,
  );
  checkSetting('angle', angle, 'at least 0', angle >= 0 && angle < Infinity);
  if (count <= 3 * perplexity) throw fewRows(count, perplexity);
  const neighbours = nearestNeighbours(data, width, Math.floor(3 * perplexity));
  const affinities = jointAffinities(neighbours, perplexity);
  const points = startAlongAxes(data, width);
  const step = momentumStep(points.length, Math.max(count / exaggeration / 4, 50));
  for (let iteration = 0; iteration < iterations; iteration++) {
    const early = iteration < earlyIterations;
    const { gradient } = divergenceGradient(points, affinities, angle, early ? exaggeration : 1);
    step(points, gradient, early ? 0.5 : 0.8);
    if (iteration % 20 !== 0) continue;
    progress?.(iteration, iterations);
    await setImmediate(); // Lets an abort arrive.
    signal?.throwIfAborted();
  }
  return points;
}

const exaggeration = 12;
const earlyIterations = 250;

/**
 * Of the Kullback-Leibler divergence of the affinities in the plane from those of the rows, by the coordinates (N, 2)
 * (van der Maaten 2014, eq. 5 and 7).
 */
export function divergenceGradient(
  points: Float64Array,
  affinities: Affinities,
  angle: number,
  factor = 1,
): { readonly gradient: Float64Array; readonly normalization: number } {
  const gradient = new Float64Array(points.length);
  const tree = buildQuadtree(points);
  const away: Repulsion = { x: 0, y: 0, sum: 0 };
  const forces = new Float64Array(points.length);
  let normalization = 0;
  for (let i = 0; i < points.length; i += 2) {
    repulsion(tree, points[i] as number, points[i + 1] as number, angle, away);
    forces[i] = away.x;
    forces[i + 1] = away.y;
    normalization += away.sum;
  }
  const { starts, columns, values } = affinities;
  for (let i = 0; i < starts.length - 1; i++) {
    const x = points[2 * i] as number;
    const y = points[2 * i + 1] as number;
    let pullX = 0;
    let pullY = 0;
    for (let at = starts[i] as number; at < (starts[i + 1] as number); at++) {
      const j = columns[at] as number;
      const dx = x - (points[2 * j] as number);
      const dy = y - (points[2 * j + 1] as number);
      const strength = (factor * (values[at] as number)) / (1 + dx * dx + dy * dy);
      pullX += strength * dx;
      pullY += strength * dy;
    }
    gradient[2 * i] = 4 * (pullX - (forces[2 * i] as number) / normalization);
    gradient[2 * i + 1] = 4 * (pullY - (forces[2 * i + 1] as number) / normalization);
  }
  return { gradient, normalization };
}

/** Gradient descent with momentum and a gain for each coordinate (Jacobs 1988), which grows while the sign stays. */
function momentumStep(
  length: number,
  rate: number,
): (points: Float64Array, gradient: Float64Array, momentum: number) => void {
  const velocity = new Float64Array(length);
  const gains = new Float64Array(length).fill(1);
  return (points, gradient, momentum) => {
    for (let i = 0; i < length; i++) {
      const slope = gradient[i] as number;
      const speed = velocity[i] as number;
      const gain =
        slope * speed < 0 ? (gains[i] as number) + 0.2 : Math.max(0.01, (gains[i] as number) * 0.8);
      gains[i] = gain;
      velocity[i] = momentum * speed - rate * gain * slope;
      points[i] = (points[i] as number) + (velocity[i] as number);
    }
  };
}

/** The first two principal components, shrunk so that the first has a deviation of 1e-4. */
function startAlongAxes(data: Float32Array | Float64Array, width: number): Float64Array {
  const scores = principalAxes(data, width);
  let square = 0;
  for (let i = 0; i < scores.length; i += 2) square += (scores[i] as number) ** 2;
  const deviation = Math.sqrt(square / (scores.length / 2)) || 1;
  return scores.map((score) => (score / deviation) * 1e-4);
}

function checkSetting(name: string, value: number, expected: string, isValid: boolean): void {
  if (isValid) return;
  throw new FailureError({
    code: 'EMBEDDING_SETTING',
    message: `the ${name} is ${value}, expected ${expected}`,
    remedy: `set figures.embedding.${name}`,
  });
}

const fewRows = (count: number, perplexity: number): FailureError =>
  new FailureError({
    code: 'EMBEDDING_ROWS_FEW',
    message: `${count} rows are too few for a perplexity of ${perplexity}; expected more than ${3 * perplexity}`,
    remedy: 'lower the perplexity or give more images',
  });
