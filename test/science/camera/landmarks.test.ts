import { describe, expect, it } from 'vitest';
import { faceBox, faceLandmarks } from '../../../src/science/camera/landmarks.ts';
import { headFrame, locateOnHead } from '../../../src/science/camera/head-frame.ts';
import { plane } from '../../../src/science/camera/planes.ts';
import { drawForeground } from '../../../src/science/camera/render/foreground.ts';
import type { Scene } from '../../../src/science/camera/scene.ts';
import { someScene } from './scenes.ts';

const size = 256;
const distance = 1.5;

/** Upright, light-skinned, light-eyed, shaven, its fringe out of the way, nothing hiding an outline. */
function plainScene(index: number): Scene {
  const scene = someScene(index);
  const { face } = scene;
  const mouth = { ...face.mouth, gap: 0 };
  const plain = { roll: 0, hairline: -0.7, hairLength: -0.5, beard: 0, parting: 0 };
  return {
    ...scene,
    face: {
      ...face,
      ...plain,
      mouth,
      skin: [0.6, 0.45, 0.35],
      iris: [0.6, 0.6, 0.6],
      hair: [0.05, 0.03, 0.02],
    },
  };
}

const scenes = Array.from({ length: 8 }, (_, index) => plainScene(index));

/** (x, y) of point `number` of a scene's face. */
function pointOf(scene: Scene, number: number): readonly [number, number] {
  const points = faceLandmarks(scene.face, size, distance);
  return [points[2 * number] as number, points[2 * number + 1] as number];
}

/** The green channel of each scene's head as it is drawn. */
const drawn = new Map(scenes.map((scene) => [scene, plane(drawForeground(scene, size, distance), 1)]));

/** Row of the darkest pixel of the drawn face in the column of a point, within `reach` px of it. */
function darkestRow(scene: Scene, [x, y]: readonly [number, number], reach: number): number {
  const green = drawn.get(scene) as Float32Array;
  let darkest = Infinity;
  let row = Number.NaN;
  for (let candidate = Math.round(y - reach); candidate <= Math.round(y + reach); candidate++) {
    const value = green[candidate * size + Math.round(x)] as number;
    if (value < darkest) [darkest, row] = [value, candidate];
  }
  return row;
}

describe('the landmarks of a drawn face', () => {
  it('are 68 in the order of iBUG: jaw, brows, nose, eyes and mouth, from the left of the picture to its right', () => {
    for (const scene of scenes) {
      const x = (number: number): number => pointOf(scene, number)[0];
      const y = (number: number): number => pointOf(scene, number)[1];
      expect(faceLandmarks(scene.face, size, distance)).toHaveLength(136);
      const rising = [
        [0, 3, 8, 13, 16],
        [17, 19, 21, 22, 24, 26],
        [31, 32, 33, 34, 35],
        [36, 37, 38, 39, 42, 43, 44, 45],
      ];
      rising.push(
        [48, 49, 50, 51, 52, 53, 54],
        [59, 58, 57, 56, 55],
        [60, 61, 62, 63, 64],
        [41, 40],
        [47, 46],
      );
      for (const row of rising)
        for (let i = 1; i < row.length; i++)
          expect(x(row[i] as number)).toBeGreaterThan(x(row[i - 1] as number));
      const downwards = [19, 37, 41, 29, 30, 33, 51, 57, 8];
      for (let i = 1; i < downwards.length; i++)
        expect(y(downwards[i] as number)).toBeGreaterThan(y(downwards[i - 1] as number));
    }
  });

  it('scale with the picture: pixel centres are at integers', () => {
    const { face } = someScene();
    const small = faceLandmarks(face, 64, distance);
    const large = faceLandmarks(face, 128, distance);
    small.forEach((value, i) => expect(large[i]).toBeCloseTo(2 * value + 0.5, 3));
  });

  it.each([37, 38, 43, 44])('have point %i on the dark lashes of the upper lid', (number) => {
    for (const scene of scenes) {
      const point = pointOf(scene, number);
      expect(Math.abs(darkestRow(scene, point, 4) - point[1])).toBeLessThanOrEqual(1.5);
    }
  });

  it.each([61, 62, 63])('have point %i on the dark line between the lips', (number) => {
    for (const scene of scenes) {
      const point = pointOf(scene, number);
      expect(Math.abs(darkestRow(scene, point, 6) - point[1])).toBeLessThanOrEqual(1.5);
    }
  });

  it.each([32, 34])('have point %i in the dark of a nostril', (number) => {
    for (const scene of scenes) {
      const point = pointOf(scene, number);
      expect(Math.abs(darkestRow(scene, point, 5) - point[1])).toBeLessThanOrEqual(1.5);
    }
  });

  it('hold the pupils between the corners of the eyes', () => {
    for (const scene of scenes) {
      const green = drawn.get(scene) as Float32Array;
      for (const [outer, inner] of [
        [36, 39],
        [42, 45],
      ] as const) {
        const [left, y] = pointOf(scene, outer);
        const [right, end] = pointOf(scene, inner);
        const row = Math.round((y + end) / 2);
        const width = right - left;
        const line = green.slice(
          row * size + Math.ceil(left + 0.1 * width),
          row * size + Math.floor(right - 0.1 * width),
        );
        const darkest = line.indexOf(Math.min(...line)) + 0.1 * width;
        expect(darkest).toBeGreaterThan(0.2 * width);
        expect(darkest).toBeLessThan(0.8 * width);
      }
    }
  });

  it('have the jaw on the outline of the head', () => {
    for (const { face } of scenes) {
      const points = faceLandmarks(face, size, distance);
      const point = { u: 0, v: 0, turnedU: 0, halfWidth: 0, distance: 0 };
      for (let number = 0; number <= 16; number++) {
        locateOnHead(
          headFrame(face, size, distance),
          points[2 * number] as number,
          points[2 * number + 1] as number,
          point,
        );
        expect(point.distance).toBeCloseTo(1, 4);
      }
    }
  });

  it('lie in a square box around the head', () => {
    for (const scene of scenes) {
      const box = faceBox(scene.face, size, distance);
      expect(box.width).toBe(box.height);
      const points = faceLandmarks(scene.face, size, distance);
      for (let i = 0; i < points.length; i += 2) {
        expect(points[i]).toBeGreaterThanOrEqual(box.x - 0.01);
        expect(points[i]).toBeLessThanOrEqual(box.x + box.width + 0.01);
        expect(points[i + 1]).toBeLessThanOrEqual(box.y + box.height + 0.01);
      }
    }
  });
});
