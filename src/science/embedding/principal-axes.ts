/** The two directions in which rows differ most. */
import { checkFinite } from '../finite.ts';
import { randomOf } from '../random.ts';

/**
 * (N, 2): the rows of `data` (N, width), less their mean, along the first two principal axes, by orthogonal iteration on
 * the data itself (Golub and Van Loan, Matrix Computations, 8.2). An axis points to where its largest weight is positive.
 * Throws FEATURES_NOT_FINITE for a row that holds a NaN or an infinity.
 */
export function principalAxes(data: Float32Array | Float64Array, width: number): Float64Array {
  checkFinite(data, { width });
  const count = data.length / width;
  const centred = centre(data, width);
  const random = randomOf('principal axes', width);
  let axes = [0, 1].map(() => Float64Array.from({ length: width }, () => random.normal()));
  let scores = new Float64Array(2 * count);
  for (let iteration = 0; iteration < 60; iteration++) {
    axes = orthonormal(axes);
    scores = project(centred, axes);
    axes = axes.map((_, axis) => {
      const sum = new Float64Array(width);
      for (let row = 0; row < count; row++) {
        const score = scores[2 * row + axis] as number;
        for (let i = 0; i < width; i++)
          sum[i] = (sum[i] as number) + score * (centred[row * width + i] as number);
      }
      return sum;
    });
  }
  axes = orthonormal(axes).map(towardsLargest);
  return project(centred, axes);
}

function centre(data: Float32Array | Float64Array, width: number): Float64Array {
  const means = new Float64Array(width);
  const count = data.length / width;
  data.forEach((value, at) => (means[at % width] = (means[at % width] as number) + value / count));
  return Float64Array.from(data, (value, at) => value - (means[at % width] as number));
}

function project(centred: Float64Array, axes: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const width = (axes[0] as Float64Array).length;
  const scores = new Float64Array((centred.length / width) * 2);
  for (let row = 0; row < scores.length / 2; row++)
    axes.forEach((axis, place) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += (axis[i] as number) * (centred[row * width + i] as number);
      scores[2 * row + place] = sum;
    });
  return scores;
}

/** Gram-Schmidt. */
function orthonormal(axes: readonly Float64Array<ArrayBuffer>[]): Float64Array<ArrayBuffer>[] {
  const done: Float64Array<ArrayBuffer>[] = [];
  for (const axis of axes) {
    const rest = axis.slice();
    for (const other of done) {
      const share = dot(rest, other);
      for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] as number) - share * (other[i] as number);
    }
    const length = Math.sqrt(dot(rest, rest)) || 1;
    done.push(rest.map((value) => value / length));
  }
  return done;
}

function towardsLargest(axis: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
