import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { motionBlur, motionLength, traceTaps } from '../../../src/science/camera/motion.ts';
import { blurCircle, formImage, lensBlur, vignetting } from '../../../src/science/camera/optics.ts';
import { emptyPlanes, plane, type Planes } from '../../../src/science/camera/planes.ts';
import { randomOf } from '../../../src/science/random.ts';
import { someScene, someSettings } from './scenes.ts';

const size = 64;

/** A scene with a fine, contrasty backdrop and a face small enough to see it. */
function smallFaceScene() {
  const scene = someScene();
  return {
    ...scene,
    face: { ...scene.face, scale: 0.5, hairLength: -0.3 },
    backdrop: { ...scene.backdrop, kind: 'foliage' as const, grain: 0.3 },
    subjectDistance: 1.4,
    backdropDistance: 4,
  };
}

/** Mean difference of neighbours in the first rows, where the backdrop is. */
function backdropDetail(picture: Planes): number {
  const green = plane(picture, 1);
  let sum = 0;
  for (let i = 1; i < 8 * size; i++)
    if (i % size !== 0) sum += Math.abs((green[i] as number) - (green[i - 1] as number));
  return sum / (8 * (size - 1));
}

const loss = (aperture: number, focalLength: number): number =>
  vignetting(someSettings({ aperture, focalLength }));

/** Between two neighbours in the middle. */
const contrast = (data: Float32Array): number =>
  Math.abs((data[8 * 16 + 8] as number) - (data[8 * 16 + 7] as number));

describe('depth of field', () => {
  it('blurs by the circle (f/N) / .3 m * size * |1 - s/d|', () => {
    const settings = someSettings({ focalLength: 50, aperture: 2 });
    // A pupil of 25 mm in a frame of 300 mm: 8.33 % of 64 px, half of it at twice the distance.
    expect(blurCircle(settings, 1, 2, 64)).toBeCloseTo((25 / 300) * 64 * 0.5, 10);
    expect(blurCircle(settings, 1, 1, 64)).toBe(0);
  });

  it('takes the detail out of the backdrop as the aperture opens', () => {
    const detail = [8, 2.8, 1.4].map((aperture) => {
      const settings = someSettings({ aperture, focalLength: 85, exposureTime: 1 / 4000 });
      return backdropDetail(formImage(randomOf(1), smallFaceScene(), settings, size));
    });
    expect(detail[1]).toBeLessThan(0.9 * (detail[0] as number));
    expect(detail[2]).toBeLessThan(0.9 * (detail[1] as number));
  });

  it('can be multiplied for a camera that obeys no law', () => {
    const settings = someSettings({ aperture: 8, focalLength: 85, exposureTime: 1 / 4000 });
    const scene = smallFaceScene();
    const detail = (backdropBlur: number): number =>
      backdropDetail(
        formImage(randomOf(1), scene, settings, size, {
          backdropBlur,
          perspectiveDistance: scene.subjectDistance,
        }),
      );
    expect(detail(4)).toBeLessThan(0.7 * detail(1));
  });
});

describe('the lens', () => {
  it('is sharpest in the middle of its apertures: aberration on one side, diffraction on the other', () => {
    expect(lensBlur(4)).toBeLessThan(lensBlur(1.4));
    expect(lensBlur(4)).toBeLessThan(lensBlur(16));
    expect(lensBlur(2)).toBeCloseTo(Math.sqrt(0.3 ** 2 + 0.077 ** 2 + 0.3 ** 2), 10);
  });

  it('darkens the corners, more when wide open and more when short', () => {
    expect(loss(1.4, 50)).toBeGreaterThan(loss(8, 50));
    expect(loss(8, 18)).toBeGreaterThan(loss(8, 50));
    expect(loss(1.4, 24)).toBeCloseTo((0.45 + 0.15) / 2, 10);
  });
});

describe('motion', () => {
  it('leaves a trace as long as camera and subject move in the exposure', () => {
    const settings = someSettings({ focalLength: 100, exposureTime: 1 / 50 });
    expect(motionLength(settings, 0.006, 0, 64)).toBeCloseTo(2, 10);
    expect(motionLength(settings, 0, 0.3, 64)).toBeCloseTo(64 / 50, 10);
    expect(motionLength({ ...settings, exposureTime: 1 / 25 }, 0.006, 0.3, 64)).toBeCloseTo(
      2 * motionLength(settings, 0.006, 0.3, 64),
      10,
    );
  });

  it('shares the light out along the trace: its weights sum to 1 about its middle', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.26, max: 15, noNaN: true }),
        fc.double({ min: 0, max: 6.3, noNaN: true }),
        (length, angle) => {
          const taps = traceTaps({ length, angle });
          const sum = (of: (tap: (typeof taps)[number]) => number): number =>
            taps.reduce((all, tap) => all + of(tap), 0);
          expect(sum(({ weight }) => weight)).toBeCloseTo(1, 10);
          expect(sum(({ weight, across }) => weight * across)).toBeCloseTo(0, 8);
          expect(sum(({ weight, down }) => weight * down)).toBeCloseTo(0, 8);
        },
      ),
    );
  });

  it('blurs along the trace and not across it', () => {
    const stripes = emptyPlanes(16, 1);
    stripes.data.forEach((_, i) => (stripes.data[i] = i % 2));
    const across = motionBlur(stripes, { length: 4, angle: 0 }).data;
    const along = motionBlur(stripes, { length: 4, angle: Math.PI / 2 }).data;
    expect(contrast(along)).toBeCloseTo(1, 5);
    expect(contrast(across)).toBeLessThan(0.5);
  });
});
