/** Made-up faces for tests: 68 points at plausible places, pictures of noise. */
import fc from 'fast-check';
import type { Image } from '../../../src/science/image/image.ts';
import { randomOf } from '../../../src/science/random.ts';

/** 68 points of a face whose eyes are `size` px apart, turned by `roll` rad about its middle (x, y). */
export function facePointsAt(x: number, y: number, size: number, roll = 0): Float32Array {
  const points = new Float32Array(136);
  const put = (index: number, u: number, v: number): void => {
    points[2 * index] = x + size * (Math.cos(roll) * u - Math.sin(roll) * v);
    points[2 * index + 1] = y + size * (Math.sin(roll) * u + Math.cos(roll) * v);
  };
  for (let i = 0; i < 36; i++) put(i, 0.6 * Math.cos(i), 0.7 * Math.sin(i));
  for (const [first, centre] of [
    [36, -0.35],
    [42, 0.35],
  ] as const)
    [-0.15, -0.05, 0.05, 0.15, 0.05, -0.05].forEach((across, i) => {
      put(first + i, centre + across, -0.3 + (i === 0 || i === 3 ? 0 : i < 3 ? -0.05 : 0.05));
    });
  for (let i = 0; i < 20; i++) {
    const angle = Math.PI + (2 * Math.PI * i) / 12;
    const opening = i < 12 ? 1 : 0.4;
    put(48 + i, 0.25 * Math.cos(angle), 0.35 + 0.1 * opening * Math.sin(angle));
  }
  return points;
}

export function noise(width: number, height: number, seed = 1): Image {
  const random = randomOf(seed, 'noise');
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, () => random.integer(256)) };
}

/** Pictures from tiny to larger than the face, and faces anywhere, over the border too. */
export const anyFace = fc
  .record({
    width: fc.integer({ min: 8, max: 60 }),
    height: fc.integer({ min: 8, max: 60 }),
    x: fc.double({ min: -10, max: 70, noNaN: true }),
    y: fc.double({ min: -10, max: 70, noNaN: true }),
    size: fc.double({ min: 0.5, max: 60, noNaN: true }),
    roll: fc.double({ min: -1, max: 1, noNaN: true }),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ width, height, x, y, size, roll, seed }) => ({
    image: noise(width, height, seed),
    landmarks: facePointsAt(x, y, size, roll),
  }));

export const flip = {
  eye: { width: 1.15, height: 1.85, padding: 0 },
  mouth: { width: 1.12, height: 1.2, padding: 0.035 },
  blend: { share: 0.055, minimum: 2 },
  followRoll: false,
} as const;
