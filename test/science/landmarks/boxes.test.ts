import { describe, expect, it } from 'vitest';
import { decodeBoxes } from '../../../src/science/landmarks/boxes.ts';

const span = { width: 100, height: 200 };

describe('decodeBoxes', () => {
  it('takes an anchor as it is where the network predicts no offset', () => {
    const [face] = decodeBoxes(
      Float32Array.of(0.25, 0.5, 0.75, 1),
      new Float32Array(4),
      Float32Array.of(0),
      span,
      0.5,
    );
    expect(face).toEqual({ box: { x: 50, y: 50, width: 50, height: 100 }, confidence: 0.5 });
  });

  it('moves the centre by tenths of the anchor and stretches by fifths of a power of e', () => {
    const offsets = Float32Array.of(1, -1, 5 * Math.log(0.5), 0);
    const [face] = decodeBoxes(
      Float32Array.of(0.25, 0.25, 0.75, 0.75),
      offsets,
      Float32Array.of(9),
      span,
      0.5,
    );
    expect(face?.box.x).toBeCloseTo(20, 4);
    expect(face?.box.y).toBeCloseTo(85, 4);
    expect(face?.box.width).toBeCloseTo(50, 4);
    expect(face?.box.height).toBeCloseTo(50, 4);
  });

  it('puts the best first and drops boxes that overlap a better one by more than half', () => {
    const anchors = Float32Array.of(0, 0, 0.5, 0.5, 0, 0.05, 0.5, 0.55, 0.5, 0.5, 1, 1, 0, 0, 1, 1);
    const logits = Float32Array.of(1, 2, 3, -3);
    const faces = decodeBoxes(anchors, new Float32Array(16), logits, span, 0.3);
    expect(faces.map(({ box }) => [Math.round(box.x), Math.round(box.y)])).toEqual([
      [50, 100],
      [5, 0],
    ]);
  });

  it('cuts boxes at the border and drops those that lie beyond it', () => {
    const anchors = Float32Array.of(-0.5, -0.5, 0.5, 0.5, 1.5, 1.5, 2, 2);
    const faces = decodeBoxes(anchors, new Float32Array(8), Float32Array.of(1, 2), span, 0.5);
    expect(faces.map(({ box }) => box)).toEqual([{ x: 0, y: 0, width: 50, height: 100 }]);
  });
});
