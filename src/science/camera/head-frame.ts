/**
 * From the picture to the head and back. A near face is seen in perspective: its middle, nearest to the camera, is
 * larger than its rim, the more so the shorter the distance: u <- u (1 - k (1 - rho^2)), k = .12 m / distance, rho the
 * place in the head's ellipse. A turned head shifts its features (yaw), the less the nearer they are to the rim.
 */
import type { Face } from './face.ts';

export interface HeadFrame {
  readonly face: Face;
  /** px of the picture's side. */
  readonly size: number;
  /** k */
  readonly perspective: number;
  readonly cosine: number;
  readonly sine: number;
}

/** A pixel's place on the head. One is filled again for each pixel. */
export interface HeadPoint {
  u: number;
  v: number;
  /** u of the features: with the turn of the head taken out. */
  turnedU: number;
  /** Half width of the head at this v. */
  halfWidth: number;
  /** Squared distance from the middle, 1 at the head's outline. */
  distance: number;
}

export function headFrame(face: Face, size: number, distance: number): HeadFrame {
  return { face, size, perspective: 0.12 / distance, cosine: Math.cos(face.roll), sine: Math.sin(face.roll) };
}

/** Fills `point` with the place on the head of a point of the picture, px, pixel centres at integers. */
export function locateOnHead(frame: HeadFrame, x: number, y: number, point: HeadPoint): void {
  const { face, size, perspective, cosine, sine } = frame;
  const across = (((x + 0.5) * 2) / size - 1 - face.centreX) / face.scale;
  const down = (((y + 0.5) * 2) / size - 1 - face.centreY) / face.scale;
  const u = cosine * across + sine * down;
  const v = cosine * down - sine * across;
  const magnified = 1 - perspective * (1 - Math.min(farthest, ellipse(face, u, v)));
  point.u = u * magnified;
  point.v = v * magnified;
  point.halfWidth = headHalfWidth(face, point.v);
  point.distance = (point.u / point.halfWidth) ** 2 + (point.v / face.halfHeight) ** 2;
  point.turnedU = point.u - face.yaw * (1 - point.distance);
}

/** Where in the picture a feature at (turnedU, v) is drawn, px, pixel centres at integers. The inverse of `locateOnHead`. */
export function placeInPicture(
  frame: HeadFrame,
  turnedU: number,
  v: number,
): readonly [x: number, y: number] {
  const { face, size, cosine, sine } = frame;
  const u = unturn(face, turnedU, v);
  const shrink = unmagnify(frame, ellipse(face, u, v));
  const across = cosine * u * shrink - sine * v * shrink;
  const down = sine * u * shrink + cosine * v * shrink;
  const toPixels = (place: number, centre: number): number =>
    ((place * face.scale + centre + 1) * size) / 2 - 0.5;
  return [toPixels(across, face.centreX), toPixels(down, face.centreY)];
}

/** Half the head's width at height v: the jaw narrows towards the chin. */
export function headHalfWidth(face: Face, v: number): number {
  return v > 0 ? face.halfWidth * (1 - face.jawTaper * (v / face.halfHeight) ** 2) : face.halfWidth;
}

/** rho^2 beyond which perspective changes no more. */
const farthest = 1.6;

function ellipse(face: Face, u: number, v: number): number {
  return (u / face.halfWidth) ** 2 + (v / face.halfHeight) ** 2;
}

/** The u for which u - yaw (1 - distance(u, v)) = turnedU: a root of a quadratic, in the form that is exact for small yaw. */
function unturn(face: Face, turnedU: number, v: number): number {
  const bend = face.yaw / headHalfWidth(face, v) ** 2;
  const start = turnedU + face.yaw * (1 - (v / face.halfHeight) ** 2);
  return (2 * start) / (1 + Math.sqrt(Math.max(0, 1 + 4 * bend * start)));
}

/** The factor that undoes the magnification of a point at rho^2: the root of k rho^2 s^3 + (1 - k) s - 1, by Newton. */
function unmagnify({ perspective: k }: HeadFrame, rhoSquared: number): number {
  let shrink = 1;
  let step = 1;
  for (let count = 0; count < 30 && Math.abs(step) > 1e-12; count++) {
    const squared = k * rhoSquared * shrink * shrink;
    step = (squared * shrink + (1 - k) * shrink - 1) / (3 * squared + 1 - k);
    shrink -= step;
  }
  return shrink * shrink * rhoSquared > farthest ? 1 / (1 + k * (farthest - 1)) : shrink;
}
