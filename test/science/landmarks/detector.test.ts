import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Image } from '../../../src/science/image/image.ts';
import {
  type DetectedFace,
  type FaceDetector,
  openDetector,
} from '../../../src/science/landmarks/detector.ts';
import { readSample } from '../../fixtures/landmarks/sample.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/landmarks');
const reference = JSON.parse(await readFile(join(fixtures, 'face-api.json'), 'utf8')) as readonly {
  readonly name: string;
  readonly faces: readonly { confidence: number; box: number[]; landmarks: number[] }[];
}[];

describe('the face detector', () => {
  let detector: FaceDetector;
  beforeAll(async () => {
    detector = await openDetector();
  });
  afterAll(() => detector.close());

  it.each(reference)(
    'finds in $name the faces and points that face-api itself finds',
    async ({ name, faces }) => {
      const found = await detector.detect(await readSample(name));
      expect(found).toHaveLength(faces.length);
      found.forEach(({ box, confidence, landmarks }, i) => {
        const expected = faces[i] as (typeof faces)[number];
        expect(confidence).toBeCloseTo(expected.confidence, 3);
        expect(largestDifference([box.x, box.y, box.width, box.height], expected.box)).toBeLessThan(0.01);
        expect(landmarks).toHaveLength(136);
        expect(largestDifference(landmarks, expected.landmarks)).toBeLessThan(0.01);
      });
    },
  );

  it('gives the same bits with one thread and with two', async () => {
    const image = await readSample('sample1.jpg');
    const twoThreads = await openDetector({ cpus: 2 });
    expect(await twoThreads.detect(image)).toEqual(await detector.detect(image));
    await twoThreads.close();
  });

  it('finds a face that fills its picture, with the same points', async () => {
    const image = await readSample('sample1.jpg');
    const face = (await detector.detect(image))[0] as DetectedFace;
    const [left, top] = [Math.round(face.box.x), Math.round(face.box.y)];
    const tight = cutFrom(image, { left, top, width: 45, height: 59 });
    const found = await detector.detect(tight);
    expect(found).toHaveLength(1);
    const points = Array.from(face.landmarks, (value, i) => value - (i % 2 === 0 ? left : top));
    expect(largestDifference((found[0] as DetectedFace).landmarks, points)).toBeLessThan(4);
  });

  it('finds nothing in a picture without a face', async () => {
    expect(await detector.detect(grey(200, 100))).toEqual([]);
  });

  it('finds the points of a face whose box reaches beyond the picture', async () => {
    const image = await readSample('sample1.jpg');
    const [left, top] = [220, 112]; // through the second face's cheek and brow
    const cut = cutFrom(image, { left, top, width: image.width - left, height: image.height - top });
    const points = await detector.landmarksIn(cut, { x: -8, y: -10, width: 48, height: 58 });
    const whole = (await detector.detect(image))[1]?.landmarks as Float32Array;
    const mouth = Array.from(whole.subarray(96, 136), (value, i) => value - (i % 2 === 0 ? left : top));
    expect(points.every(Number.isFinite)).toBe(true);
    expect(largestDifference(points.subarray(96, 136), mouth)).toBeLessThan(6);
  });

  it('takes a box of less than a pixel', async () => {
    const points = await detector.landmarksIn(grey(20, 30), { x: 19.9, y: 29.9, width: 0.01, height: 0.01 });
    expect(points.every(Number.isFinite)).toBe(true);
  });
});

function largestDifference(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  return Math.max(...Array.from(values, (value, i) => Math.abs(value - (expected[i] as number))));
}

function grey(width: number, height: number): Image {
  return { width, height, data: new Uint8Array(3 * width * height).fill(128) };
}

function cutFrom(
  image: Image,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): Image {
  const rows = Array.from({ length: height }, (_, row) => {
    const start = 3 * ((top + row) * image.width + left);
    return image.data.subarray(start, start + 3 * width);
  });
  return { width, height, data: new Uint8Array(Buffer.concat(rows)) };
}
