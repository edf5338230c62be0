import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flipRegion } from '../../../src/science/manipulation/flip.ts';
import {
  type Region,
  regionBounds,
  regionOf,
  regionWeight,
  toRegion,
} from '../../../src/science/manipulation/region.ts';
import { anyFace, facePointsAt, flip, noise } from './face.ts';

const mouth = { ...flip, shape: flip.mouth };
const directions = fc.constantFrom('horizontal', 'vertical');

describe('regionOf', () => {
  it('is a box around the points, larger by the factors of its shape', () => {
    const region = regionOf(facePointsAt(50, 40, 40), 'mouth', mouth);
    expect(region).toMatchObject({ x: 50, y: 54, cosine: 1, sine: 0 });
    expect(region.halfWidth).toBeCloseTo(1.12 * 10, 4);
    expect(region.halfHeight).toBeCloseTo(1.2 * 4 + 0.035 * 40, 4);
  });

  it('has a soft edge that grows with the face and is never narrower than the minimum', () => {
    expect(regionOf(facePointsAt(50, 40, 400), 'mouth', mouth).blend).toBeCloseTo(22, 3);
    expect(regionOf(facePointsAt(50, 40, 20), 'mouth', mouth).blend).toBe(2);
  });

  it('turns with the face where it shall follow the roll', () => {
    const turned = regionOf(facePointsAt(50, 40, 40, 0.3), 'mouth', { ...mouth, followRoll: true });
    const upright = regionOf(facePointsAt(50, 40, 40), 'mouth', mouth);
    expect(Math.atan2(turned.sine, turned.cosine)).toBeCloseTo(0.3, 5);
    expect(turned.halfWidth).toBeCloseTo(upright.halfWidth, 3);
    expect(turned.halfHeight).toBeCloseTo(upright.halfHeight, 3);
  });

  it('gives a closed eye a region with a height', () => {
    const points = facePointsAt(50, 40, 40);
    for (let i = 36; i < 42; i++) points[2 * i + 1] = 28;
    const { halfWidth, halfHeight } = regionOf(points, 'leftEye', { ...flip, shape: flip.eye });
    expect(halfHeight / halfWidth).toBeCloseTo(0.3, 5);
  });
});

describe('regionWeight', () => {
  it('is 1 in the middle, 0 far away, and falls evenly between', () => {
    const region = regionOf(facePointsAt(50, 40, 40), 'mouth', mouth);
    const weights = Array.from({ length: 30 }, (_, i) => regionWeight(region, 50 + i, 54));
    expect(weights[0]).toBe(1);
    expect(weights.at(-1)).toBe(0);
    const edge = weights.filter((weight) => weight > 0 && weight < 1);
    const steps = edge.slice(1).map((weight, i) => (edge[i] as number) - weight);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(1e-9);
    expect(edge.length).toBeGreaterThan(1);
  });
});

describe('flipRegion', () => {
  it('leaves every pixel outside the region as it is', () => {
    fc.assert(
      fc.property(anyFace, directions, fc.boolean(), ({ image, landmarks }, direction, followRoll) => {
        const region = regionOf(landmarks, 'mouth', { ...mouth, followRoll });
        const flipped = flipRegion(image, region, direction);
        const outside = pixels(image).filter(([x, y]) => regionWeight(region, x, y) === 0);
        const [left, top, right, bottom] = regionBounds(region, image.width, image.height);
        expect(outside.every(([x, y]) => colourAt(flipped, x, y) === colourAt(image, x, y))).toBe(true);
        const isInBounds = ([x, y]: readonly [number, number]): boolean =>
          x >= left && x <= right && y >= top && y <= bottom;
        expect(
          pixels(image)
            .filter(([x, y]) => regionWeight(region, x, y) > 0)
            .every(isInBounds),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('puts every pixel of the inside at its mirror’s place, without interpolation', () => {
    const image = noise(80, 80);
    const region = regionOf(facePointsAt(40.3, 40.7, 40), 'mouth', mouth);
    const across = flipRegion(image, region, 'horizontal');
    const down = flipRegion(image, region, 'vertical');
    const inside = pixels(image).filter(([x, y]) => regionWeight(region, x, y) === 1);
    expect(inside.length).toBeGreaterThan(50);
    for (const [x, y] of inside) {
      expect(colourAt(across, x, y)).toBe(colourAt(image, 2 * region.x - x, y));
      expect(colourAt(down, x, y)).toBe(colourAt(image, x, 2 * region.y - y));
    }
  });

  it('restores the inside when done twice', () => {
    fc.assert(
      fc.property(anyFace, directions, ({ image, landmarks }, direction) => {
        const region = regionOf(landmarks, 'mouth', mouth);
        const twice = flipRegion(flipRegion(image, region, direction), region, direction);
        const { width, height } = image;
        const inside = pixels(image).filter(
          ([x, y]) => isInside(region, x, y) && isWithin(mirrored(region, x, y, direction), width, height),
        );
        expect(inside.every(([x, y]) => colourAt(twice, x, y) === colourAt(image, x, y))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('mirrors a turned face about its own axis', () => {
    const region = regionOf(facePointsAt(40, 30, 50, 0.4), 'mouth', { ...mouth, followRoll: true });
    const image = noise(80, 80);
    pixels(image).forEach(([x, y], i) => {
      const [u, v] = toRegion(region, x, y);
      image.data.set([128 + 4 * u, 128 + 4 * v, 0].map(Math.round), 3 * i);
    });
    const flipped = flipRegion(image, region, 'horizontal');
    for (const [x, y] of pixels(image).filter(([x, y]) => isInside(region, x, y))) {
      const [u, v] = toRegion(region, x, y);
      const at = 3 * (y * 80 + x);
      expect(Math.abs((flipped.data[at] as number) - (128 - 4 * u))).toBeLessThan(1.6);
      expect(Math.abs((flipped.data[at + 1] as number) - (128 + 4 * v))).toBeLessThan(1.6);
    }
  });
});

function pixels({ width, height }: { width: number; height: number }): [number, number][] {
  return Array.from({ length: width * height }, (_, i) => [i % width, Math.floor(i / width)]);
}

function colourAt({ width, data }: { width: number; data: Uint8Array }, x: number, y: number): string {
  return data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3).join();
}

function isInside(region: Region, x: number, y: number): boolean {
  return regionWeight(region, x, y) === 1;
}

function mirrored(
  region: Region,
  x: number,
  y: number,
  direction: 'horizontal' | 'vertical',
): [number, number] {
  return direction === 'horizontal' ? [2 * region.x - x, y] : [x, 2 * region.y - y];
}

function isWithin([x, y]: readonly [number, number], width: number, height: number): boolean {
  return x >= 0 && x < width && y >= 0 && y < height;
}
