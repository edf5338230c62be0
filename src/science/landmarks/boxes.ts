/** From the box network's numbers to faces: anchors, scores, suppression of repeats. */

import type { Box } from '../image/framing.ts';

export interface ScoredBox {
  readonly box: Box;
  /** In [0, 1]. */
  readonly confidence: number;
}

/**
 * Boxes of at least `minimumConfidence`, the best first, none overlapping a better one by more than half.
 * `anchors` and `offsets` are (N, 4), `logits` (N); anchors are top, left, bottom, right as shares of the square of `span` px;
 * offsets are those of Faster R-CNN (Ren et al., 2015) with variances .1 for the centre and .2 for the size.
 */
export function decodeBoxes(
  anchors: Float32Array,
  offsets: Float32Array,
  logits: Float32Array,
  span: { readonly width: number; readonly height: number },
  minimumConfidence: number,
): readonly ScoredBox[] {
  const candidates: (ScoredBox & { index: number })[] = [];
  for (let index = 0; index < logits.length; index++) {
    const confidence = 1 / (1 + Math.exp(-(logits[index] as number)));
    if (confidence < minimumConfidence) continue;
    const [top, left, bottom, right] = anchors.subarray(4 * index, 4 * index + 4) as unknown as Four;
    const [y, x, height, width] = offsets.subarray(4 * index, 4 * index + 4) as unknown as Four;
    const [first, last] = interval(top, bottom, y, height);
    const [from, to] = interval(left, right, x, width);
    const box = {
      x: from * span.width,
      y: first * span.height,
      width: (to - from) * span.width,
      height: (last - first) * span.height,
    };
    if (box.width > 0 && box.height > 0) candidates.push({ box, confidence, index });
  }
  candidates.sort((a, b) => b.confidence - a.confidence || a.index - b.index);
  const kept: ScoredBox[] = [];
  for (const { box, confidence } of candidates)
    if (kept.every((better) => overlap(better.box, box) <= 0.5)) kept.push({ box, confidence });
  return kept;
}

type Four = readonly [number, number, number, number];

/** One axis of a box, within the square: the anchor from `low` to `high`, moved and stretched. */
function interval(low: number, high: number, shift: number, stretch: number): [number, number] {
  const size = high - low;
  const centre = low + size / 2 + (shift / 10) * size;
  const half = (Math.exp(stretch / 5) * size) / 2;
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** Area of the intersection over the area of the union. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}
