import { describe, expect, it } from 'vitest';
import { simulatePhoto } from '../../../src/science/camera/photo.ts';

/** Standard deviation of what a small blur takes away, of the green channel. */
function roughness(image: Uint8Array, size: number): number {
  let sum = 0;
  let count = 0;
  const green = (x: number, y: number): number => image[3 * (y * size + x) + 1] as number;
  for (let y = 1; y < size - 1; y++)
    for (let x = 1; x < size - 1; x++) {
      sum += (green(x, y) - (green(x - 1, y) + green(x + 1, y) + green(x, y - 1) + green(x, y + 1)) / 4) ** 2;
      count++;
    }
  return Math.sqrt(sum / count);
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a simulated photo', () => {
  it('is the same for the same seed and number, whatever was made before', () => {
    const first = simulatePhoto(1, 7, 'photos', 64);
    simulatePhoto(1, 8, 'photos', 64);
    expect(simulatePhoto(1, 7, 'photos', 64)).toEqual(first);
  });

  it('is another for another seed, number or domain', () => {
    const image = simulatePhoto(1, 7, 'photos', 64).image;
    expect(simulatePhoto(2, 7, 'photos', 64).image).not.toEqual(image);
    expect(simulatePhoto(1, 8, 'photos', 64).image).not.toEqual(image);
    expect(simulatePhoto(1, 7, 'faces', 64).image).not.toEqual(image);
  });

  it('has the size asked for and a quality of its domain', () => {
    const qualities = { photos: 90, faces: 92 };
    for (const domain of ['photos', 'faces'] as const)
      for (let index = 0; index < 20; index++) {
        const { image, quality, landmarks } = simulatePhoto(3, index, domain, 32);
        expect(image).toHaveLength(32 * 32 * 3);
        expect(landmarks).toHaveLength(136);
        expect(quality).toBeGreaterThanOrEqual(qualities[domain]);
        expect(quality).toBeLessThanOrEqual(98);
      }
  });

  it('shows its camera: high sensitivities are rougher', () => {
    const photos = Array.from({ length: 150 }, (_, index) => simulatePhoto(5, index, 'photos', 64));
    const rough = (low: number, high: number): number =>
      mean(
        photos
          .filter(({ tags }) => tags.iso >= low && tags.iso <= high)
          .map(({ image }) => roughness(image, 64)),
      );
    expect(rough(3200, 6400)).toBeGreaterThan(1.2 * rough(100, 400));
  });
});
