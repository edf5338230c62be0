import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headFrame, locateOnHead, placeInPicture } from '../../../src/science/camera/head-frame.ts';
import { someScene } from './scenes.ts';

const newPoint = () => ({ u: 0, v: 0, turnedU: 0, halfWidth: 0, distance: 0 });

describe('the frame of a head', () => {
  it('leads from the picture to the head and back', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.double({ min: -0.9, max: 0.9, noNaN: true }),
        fc.double({ min: -0.9, max: 0.9, noNaN: true }),
        fc.double({ min: 0.3, max: 4, noNaN: true }),
        (index, across, down, distance) => {
          const { face } = someScene(index);
          const frame = headFrame(face, 64, distance);
          const feature = [across * 0.6, down * face.halfHeight] as const;
          const [x, y] = placeInPicture(frame, ...feature);
          const point = newPoint();
          locateOnHead(frame, x, y, point);
          expect(point.turnedU).toBeCloseTo(feature[0], 8);
          expect(point.v).toBeCloseTo(feature[1], 8);
        },
      ),
    );
  });

  it('shows the middle of a near head larger than that of a far one, and its rim alike', () => {
    const { face } = someScene();
    const turnless = { ...face, yaw: 0 };
    const at = (distance: number, u: number): number =>
      placeInPicture(headFrame(turnless, 64, distance), u, 0)[0];
    const span = (distance: number, u: number): number => at(distance, u) - at(distance, -u);
    expect(span(0.4, 0.1)).toBeGreaterThan(1.2 * span(4, 0.1));
    expect(span(0.4, face.halfWidth)).toBeCloseTo(span(4, face.halfWidth), 6);
  });

  it('moves the features of a turned head, and not its outline', () => {
    const { face } = someScene();
    const at = (yaw: number, u: number): number =>
      placeInPicture(headFrame({ ...face, yaw }, 64, 2), u, 0)[0];
    expect(at(0.1, 0)).toBeGreaterThan(at(0, 0) + 2);
    expect(at(0.1, face.halfWidth)).toBeCloseTo(at(0, face.halfWidth), 6);
  });
});
