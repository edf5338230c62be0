import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawPiecewiseAffine,
  warpPiecewiseAffine,
} from '../../../src/science/manipulation/piecewise-affine.ts';
import { randomOf } from '../../../src/science/random.ts';
import { noise } from './face.ts';

describe('warpPiecewiseAffine', () => {
  it('maps the picture as scikit-image’s PiecewiseAffineTransform does', async () => {
    const file = join(import.meta.dirname, '../../fixtures/manipulation/piecewise-affine.json');
    const { width, height, grid, picture, points, warped } = JSON.parse(await readFile(file, 'utf8')) as {
      width: number;
      height: number;
      grid: number;
      picture: number[];
      points: number[];
      warped: number[];
    };
    const image = { width, height, data: Uint8Array.from(picture) };
    const { data } = warpPiecewiseAffine(image, { grid, points: Float64Array.from(points) });
    const worst = Math.max(...warped.map((value, i) => Math.abs(value - (data[i] as number))));
    expect(worst).toBeLessThan(0.51); // rounding to whole numbers
  });

  it('leaves a picture as it is when no control point moves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (width, height) => {
        const image = noise(width, height);
        const regular = Float64Array.of(0, 0, width, 0, 0, height, width, height);
        expect(warpPiecewiseAffine(image, { grid: 2, points: regular })).toEqual(image);
      }),
    );
  });
});

describe('drawPiecewiseAffine', () => {
  const size = { width: 100, height: 50, frame: { width: 50, height: 50 } };

  it('keeps every control point inside the picture', () => {
    const { points } = drawPiecewiseAffine({ grid: 6, deviation: [0.5, 0.5] }, size, randomOf(3));
    for (let i = 0; i < points.length; i += 2) {
      expect(points[i]).toBeGreaterThanOrEqual(0);
      expect(points[i]).toBeLessThanOrEqual(99);
      expect(points[i + 1]).toBeGreaterThanOrEqual(0);
      expect(points[i + 1]).toBeLessThanOrEqual(49);
    }
  });

  it('moves inner points by the deviation, a share of the side', () => {
    const grid = 40;
    const { points } = drawPiecewiseAffine({ grid, deviation: [0.04, 0.04] }, size, randomOf(3));
    const moves: number[] = [];
    for (let row = 8; row < grid - 8; row++)
      for (let column = 8; column < grid - 8; column++)
        moves.push((points[2 * (row * grid + column)] as number) - (column * 100) / (grid - 1));
    const deviation = Math.sqrt(moves.reduce((sum, move) => sum + move * move, 0) / moves.length);
    expect(deviation).toBeGreaterThan(1.8);
    expect(deviation).toBeLessThan(2.2);
  });
});
