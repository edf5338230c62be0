import { describe, expect, it } from 'vitest';
import { cropBox } from '../../../src/science/image/crop.ts';
import { sampleJitter } from '../../../src/science/image/jitter.ts';
import { randomOf } from '../../../src/science/random.ts';
import { texture } from './pictures.ts';

describe('sampleJitter', () => {
  it('is none where nothing spreads', () => {
    const jitter = sampleJitter({ rotation: 0, scale: 0, shift: 0 }, randomOf(1));
    const image = texture(16, 16);
    expect(cropBox(image, { x: 0, y: 0, width: 16, height: 16 }, 16, jitter)).toEqual(image.data);
  });

  it('spreads as asked', () => {
    const random = randomOf('jitter');
    const many = Array.from({ length: 4000 }, () =>
      sampleJitter({ rotation: 0.05, scale: 0.03, shift: 0.5 }, random),
    );
    const deviation = Math.hypot(...many.map(({ rotation }) => rotation)) / Math.sqrt(many.length);
    expect(deviation).toBeGreaterThan(0.047);
    expect(deviation).toBeLessThan(0.053);
    for (const [values, middle, half] of [
      [many.map(({ scale }) => scale), 1, 0.03],
      [many.map(({ shiftX }) => shiftX), 0, 0.5],
      [many.map(({ shiftY }) => shiftY), 0, 0.5],
    ] as const) {
      expect(Math.min(...values)).toBeGreaterThanOrEqual(middle - half);
      expect(Math.max(...values)).toBeLessThanOrEqual(middle + half);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(1.9 * half);
    }
  });
});
