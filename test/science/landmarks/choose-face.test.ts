import { describe, expect, it } from 'vitest';
import { chooseFace } from '../../../src/science/landmarks/choose-face.ts';

const faceAt = (x: number, side: number, confidence = 0.9) => ({
  box: { x, y: 10, width: side, height: side },
  confidence,
});
const [large, small] = [faceAt(0, 50), faceAt(100, 20)];

describe('chooseFace', () => {
  it('takes the largest where nothing is known', () => {
    expect(chooseFace([small, large], undefined)).toBe(large);
    expect(chooseFace([], undefined)).toBe(undefined);
  });

  it('takes the one in the data set’s box', () => {
    const known = { x: 102, y: 12, width: 22, height: 24 };
    expect(chooseFace([large, small], known)).toBe(small);
  });

  it('takes none where there is none in the box', () => {
    expect(chooseFace([large, small], { x: 200, y: 10, width: 20, height: 20 })).toBe(undefined);
    expect(chooseFace([large], { x: 0, y: 10, width: 10, height: 10 })).toBe(undefined);
  });
});
