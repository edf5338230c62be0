import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawPiecewiseAffine,
  warpPiecewiseAffine,
} from '../../../src/science/manipulation/piecewise-affine.ts';
import type { Image } from '../../../src/science/image/image.ts';
import { randomOf } from '../../../src/science/random.ts';
import { noise } from './face.ts';

interface Fixture {
  readonly width: number;
  readonly height: number;
  readonly grid: number;
  readonly picture: readonly number[];
  readonly points: readonly number[];
  readonly warped: readonly number[];
}

const readFixture = async <Content>(name: string): Promise<Content> =>
  JSON.parse(
    await readFile(join(import.meta.dirname, `../../fixtures/manipulation/${name}.json`), 'utf8'),
  ) as Content;

const pictureOf = ({ width, height, picture }: Fixture): Image => ({
  width,
  height,
  data: Uint8Array.from(picture),
});

describe('warpPiecewiseAffine', () => {
  it('maps the picture as scikit-image’s PiecewiseAffineTransform does', async () => {
    const fixture = await readFixture<Fixture>('piecewise-affine');
    const { grid, points, warped } = fixture;
    const image = pictureOf(fixture);
    const { data } = warpPiecewiseAffine(image, { grid, points: Float64Array.from(points) });
    const worst = Math.max(...warped.map((value, i) => Math.abs(value - (data[i] as number))));
    expect(worst).toBeLessThan(0.51); // rounding to whole numbers
  });

  it('gives what imgaug’s PiecewiseAffine gives of the points it drew, wherever both cut a cell the same way', async () => {
    const image = pictureOf(await readFixture<Fixture>('piecewise-affine'));
    const { width, height } = image;
    const cases =
      await readFixture<{ grid: number; points: number[]; cut: boolean[]; warped: number[] }[]>('imgaug');
    for (const { grid, points, cut, warped } of cases) {
      const cells = grid - 1;
      const { data } = warpPiecewiseAffine(image, { grid, points: Float64Array.from(points) });
      // The two ways differ within a cell; a pixel between two cells may belong to either.
      const isCompared = (at: number): boolean => {
        const pixel = Math.floor(at / 3);
        const column = ((pixel % width) * cells) / width;
        const row = (Math.floor(pixel / width) * cells) / height;
        const isInside = !Number.isInteger(row) && !Number.isInteger(column);
        return isInside && cut[Math.floor(row) * cells + Math.floor(column)] === true;
      };
      const places = [...data.keys()].filter(isCompared);
      expect(places.length).toBeGreaterThan(900);
      expect(places.map((at) => data[at])).toEqual(places.map((at) => warped[at]));
    }
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
