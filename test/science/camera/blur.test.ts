import { describe, expect, it } from 'vitest';
import { gaussianBlur, gaussianReach } from '../../../src/science/camera/blur.ts';
import { emptyPlanes } from '../../../src/science/camera/planes.ts';

const at = (data: Float32Array, index: number): number => data[index] as number;

describe('the Gaussian blur', () => {
  it('leaves a picture of one colour as it is, to its border', () => {
    const picture = emptyPlanes(16, 3);
    picture.data.fill(0.4);
    for (const value of gaussianBlur(picture, 1.3).data) expect(value).toBeCloseTo(0.4, 6);
  });

  it.each([0.8, 1.5, 3])(
    'spreads a point by its deviation of %f px both ways, keeping its light',
    (deviation) => {
      const size = 41;
      const picture = emptyPlanes(size, 1);
      picture.data[20 * size + 20] = 1;
      const { data } = gaussianBlur(picture, deviation);
      let light = 0;
      let across = 0;
      let down = 0;
      data.forEach((value, i) => {
        light += value;
        across += value * ((i % size) - 20) ** 2;
        down += value * (Math.floor(i / size) - 20) ** 2;
      });
      expect(light).toBeCloseTo(1, 5);
      // The kernel ends at 2.6 deviations and lacks the tails' share.
      expect(Math.sqrt(across) / deviation).toBeGreaterThan(0.93);
      expect(Math.sqrt(across) / deviation).toBeLessThan(1.02);
      expect(down).toBeCloseTo(across, 5);
    },
  );

  it('blurs channels apart from each other', () => {
    const picture = emptyPlanes(8, 2);
    picture.data.fill(1, 64);
    const { data } = gaussianBlur(picture, 1);
    expect(at(data, 0)).toBe(0);
    expect(at(data, 64)).toBeCloseTo(1, 6);
  });

  it('hands back the picture itself where nothing would change', () => {
    const picture = emptyPlanes(8, 1);
    expect(gaussianBlur(picture, 0.1)).toBe(picture);
    expect(gaussianReach(0.1)).toBe(0);
    expect(gaussianReach(0.2)).toBe(1);
  });
});
