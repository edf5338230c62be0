/** A smooth random distortion: straight lines and proportions of a generated scene are not quite right. */
import { cubicWeights } from '../../image/cubic.ts';
import type { Random } from '../../random.ts';
import { clamp, smoothStep } from '../interval.ts';
import { emptyPlanes, plane, type Planes } from '../planes.ts';

/** Cells of the grid along a side; its nodes are one more. */
const cells = 5;

/** Moves the nodes of a grid by normal deviates of `deviation` px and the picture with them, bicubically; not below 0. */
export function warp(random: Random, picture: Planes, deviation: number): Planes {
  const { size, channels } = picture;
  const across = nodeShifts(random, deviation);
  const down = nodeShifts(random, deviation);
  const warped = emptyPlanes(size, channels);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const fromX = x + shiftAt(across, x, y, size);
      const fromY = y + shiftAt(down, x, y, size);
      for (let channel = 0; channel < channels; channel++) {
        const value = sample(plane(picture, channel), size, fromX, fromY);
        warped.data[(channel * size + y) * size + x] = Math.max(0, value);
      }
    }
  return warped;
}

function nodeShifts(random: Random, deviation: number): Float64Array {
  return Float64Array.from({ length: (cells + 1) ** 2 }, () => deviation * random.normal());
}

/** Between the nodes by a smooth step in both directions. */
function shiftAt(nodes: Float64Array, x: number, y: number, size: number): number {
  const column = (x * cells) / (size - 1);
  const row = (y * cells) / (size - 1);
  const left = Math.min(cells - 1, Math.floor(column));
  const top = Math.min(cells - 1, Math.floor(row));
  const rightShare = smoothStep(left, left + 1, column);
  const bottomShare = smoothStep(top, top + 1, row);
  const node = top * (cells + 1) + left;
  const upper = (nodes[node] as number) * (1 - rightShare) + (nodes[node + 1] as number) * rightShare;
  const below = node + cells + 1;
  const lower = (nodes[below] as number) * (1 - rightShare) + (nodes[below + 1] as number) * rightShare;
  return upper * (1 - bottomShare) + lower * bottomShare;
}

function sample(values: Float32Array, size: number, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const columns = cubicWeights(x - left);
  const rows = cubicWeights(y - top);
  let sum = 0;
  for (let j = 0; j < 4; j++) {
    const row = clamp(top + j - 1, 0, size - 1) * size;
    let along = 0;
    for (let i = 0; i < 4; i++)
      along += (columns[i] as number) * (values[row + clamp(left + i - 1, 0, size - 1)] as number);
    sum += (rows[j] as number) * along;
  }
  return sum;
}
