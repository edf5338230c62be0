import { describe, expect, it } from 'vitest';
import { sharesOf } from '../../../src/science/landmarks/point-tensor.ts';

const [rows, columns] = [8, 16];

/** 68 maps that are 0 but for some cells [row, column, value]. */
function mapsOf(...cells: readonly (readonly [number, number, number])[]): Float32Array {
  const map = new Float32Array(rows * columns);
  for (const [row, column, value] of cells) map[row * columns + column] = value;
  return Float32Array.from({ length: 68 * map.length }, (_, i) => map[i % map.length] as number);
}

function pointOf(data: Float32Array): number[] {
  const shares = sharesOf({ type: 'float32', dims: [1, 68, rows, columns], data }, 1);
  if (!shares.ok) throw new Error(shares.found);
  return [...shares.value.subarray(0, 2)];
}

describe('heat maps', () => {
  it('say the middle of the cell with the greatest value', () => {
    expect(pointOf(mapsOf([2, 5, 1]))).toEqual([5.5 / columns, 2.5 / rows]);
  });

  it('are read a quarter of a cell towards the greater neighbour', () => {
    expect(pointOf(mapsOf([2, 5, 1], [2, 6, 0.5], [1, 5, 0.2]))).toEqual([5.75 / columns, 2.25 / rows]);
    expect(pointOf(mapsOf([2, 5, 1], [2, 4, 0.5], [3, 5, 0.2]))).toEqual([5.25 / columns, 2.75 / rows]);
  });

  it('are read as they are at the border, and where all is equal', () => {
    expect(pointOf(mapsOf([0, 15, 1], [0, 14, 0.5]))).toEqual([15.5 / columns, 0.5 / rows]);
    expect(pointOf(mapsOf())).toEqual([0.5 / columns, 0.5 / rows]);
  });
});

describe('points', () => {
  it('are taken as they are, in either shape', () => {
    const data = Float32Array.from({ length: 272 }, (_, i) => i / 272);
    for (const dims of [
      [2, 136],
      [2, 68, 2],
    ])
      expect(sharesOf({ type: 'float32', dims, data }, 2)).toEqual({ ok: true, value: data });
  });

  it.each([
    ['of more faces than there are', 'float32', [2, 136], new Float32Array(272)],
    ['of another number', 'float32', [1, 68, 3], new Float32Array(204)],
    ['in doubles', 'float64', [1, 136], new Float64Array(136)],
    ['in no cells at all', 'float32', [1, 68, 0, 4], new Float32Array(0)],
  ])('%s are none', (_, type, dims, data) => {
    expect(sharesOf({ type, dims, data }, 1)).toEqual({ ok: false, found: `${type} (${dims.join(', ')})` });
  });
});
