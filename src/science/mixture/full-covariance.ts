/** Every component with a covariance of its own, (D, D). W is the inverse of Σ's Cholesky factor, lower triangular. */
import { leastPivot, negligible, SingularColumn, type Covariance } from './covariance.ts';
import { addGram, factorCholesky, invertTriangle, squaredNorms } from './triangle.ts';

export const fullCovariance: Covariance = {
  name: 'full',
  isShared: false,
  factorShape: (width) => [width, width],
  freeParameters: (width) => (width * (width + 1)) / 2,

  addScatter(block, count, weights, mean, scatter) {
    const width = mean.length;
    const transposed = scratch('transposed', width * count);
    let length = 0;
    for (let i = 0; i < count; i++) {
      const weight = weights[i] as number;
      if (weight < negligible) continue;
      const root = Math.sqrt(weight);
      for (let d = 0; d < width; d++)
        transposed[d * count + length] = root * ((block[i * width + d] as number) - (mean[d] as number));
      length++;
    }
    addGram(transposed, length, count, width, scatter);
  },

  factorPrecision(scatter, weight, regularization, mean) {
    const width = mean.length;
    const least = new Float64Array(width);
    const variances = new Float64Array(width);
    for (let row = 0; row < width; row++) {
      for (let column = 0; column <= row; column++)
        scatter[row * width + column] = (scatter[row * width + column] as number) / weight;
      scatter[row * width + row] = (scatter[row * width + row] as number) + regularization;
      const variance = scatter[row * width + row] as number;
      variances[row] = variance;
      least[row] = leastPivot(variance, mean[row] as number, width);
    }
    const failed = factorCholesky(scatter, width, least);
    if (failed === undefined) return invertTriangle(scatter, width);
    return new SingularColumn(failed.row, Math.max(...variances), failed.value);
  },

  logDeterminant(factor, width) {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += Math.log(factor[d * width + d] as number);
    return sum;
  },

  squaredDistances(block, count, mean, factor, out) {
    const width = mean.length;
    const inFours = Math.ceil(count / 4) * 4;
    const centred = scratch('centred', inFours * width);
    for (let i = 0; i < count; i++)
      for (let d = 0; d < width; d++)
        centred[i * width + d] = (block[i * width + d] as number) - (mean[d] as number);
    centred.fill(0, count * width, inFours * width);
    squaredNorms(centred, count, factor, width, out);
  },
};

/** Room used again from call to call, so that the loops leave no garbage. */
function scratch(name: 'transposed' | 'centred', length: number): Float64Array {
  let room = rooms[name];
  if (room.length < length) room = rooms[name] = new Float64Array(length);
  return room;
}
const rooms = { transposed: new Float64Array(), centred: new Float64Array() };
