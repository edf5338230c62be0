/** The 68 points of a drawn face, in the order of iBUG 300-W (Sagonas et al., 2013), from the outlines that were drawn. */
import {
  browHalfLength,
  browLine,
  browU,
  eyeAxis,
  lipGap,
  lipLine,
  lowerLid,
  lowerLip,
  upperLid,
  upperLip,
} from './face-shape.ts';
import type { Box } from '../image/framing.ts';
import type { Eye, Face, Mouth } from './face.ts';
import { headFrame, headHalfWidth, placeInPicture, type HeadFrame } from './head-frame.ts';

/** (turnedU, v) on the head */
type Point = readonly [number, number];

/** (68, 2) px of a picture of `size` px, pixel centres at integers; perspective as from `distance` m. */
export function faceLandmarks(face: Face, size: number, distance: number): Float32Array {
  const frame = headFrame(face, size, distance);
  const [left, right] = face.eyes;
  const points: readonly Point[] = [
    ...jaw(face), // 0-16
    ...brow(face, left), // 17-21
    ...brow(face, right), // 22-26
    ...nose(face), // 27-35
    ...eye(left), // 36-41
    ...eye(right), // 42-47
    ...lips(face.mouth), // 48-67
  ];
  return Float32Array.from(points.flatMap(([u, v]) => placeInPicture(frame, u, v)));
}

/** A square around the head from the hairline to the chin, as face detectors draw it; it may reach out of the picture. */
export function faceBox(face: Face, size: number, distance: number): Box {
  const frame = headFrame(face, size, distance);
  const outline = headOutline(frame);
  const columns = outline.map(([x]) => x);
  const rows = outline.map(([, y]) => y);
  const left = Math.min(...columns);
  const top = Math.min(...rows);
  const width = Math.max(...columns) - left;
  const height = Math.max(...rows) - top;
  const side = Math.max(width, height);
  return { x: left + (width - side) / 2, y: top + (height - side) / 2, width: side, height: side };
}

/** From ear to ear by the chin, at the level of the eyes at both ends. */
function jaw(face: Face): readonly Point[] {
  const ear = Math.asin(face.eyeLevel / face.halfHeight);
  return Array.from({ length: 17 }, (_, index): Point => {
    const side = index < 8 ? -1 : 1;
    const towardsEar = Math.abs(index - 8) / 8;
    return outlinePoint(face, side, Math.PI / 2 + towardsEar * (ear - Math.PI / 2));
  });
}

function headOutline(frame: HeadFrame): readonly (readonly [number, number])[] {
  const { face } = frame;
  const hairline = Math.asin(face.hairline / face.halfHeight);
  return Array.from({ length: 64 }, (_, index) => {
    const side = index < 32 ? -1 : 1;
    const angle = hairline + ((index % 32) / 31) * (Math.PI / 2 - hairline);
    const [u, v] = outlinePoint(face, side, angle);
    return placeInPicture(frame, u, v);
  });
}

/** On the head's outline: at angle 0 beside the middle, at pi/2 the chin. */
function outlinePoint(face: Face, side: -1 | 1, angle: number): Point {
  const v = face.halfHeight * Math.sin(angle);
  return [side * headHalfWidth(face, v) * Math.cos(angle), v];
}

/** From left to right in the picture. */
function brow(face: Face, eye: Eye): readonly Point[] {
  return [-1, -0.5, 0, 0.5, 1].map((across): Point => {
    const inward = -eye.side * across;
    return [browU(eye) + across * browHalfLength(eye), browLine(face, eye, inward)];
  });
}

/** The bridge from between the eyes to the tip, then the base from wing to wing with both nostrils. */
function nose({ eyeLevel, noseLength, noseWidth }: Face): readonly Point[] {
  const tip = eyeLevel + noseLength - 0.03;
  const base = eyeLevel + noseLength + 0.01;
  return [
    ...[0, 1, 2, 3].map((step): Point => [0, eyeLevel + (step / 3) * (tip - eyeLevel)]),
    ...[-1, -0.5, 0, 0.5, 1].map((across): Point => [across * noseWidth, base]),
  ];
}

/** From the left corner along the upper lid to the right one, and back along the lower lid. */
function eye(eye: Eye): readonly Point[] {
  const u = (across: number): number => eye.u + (across * eye.halfWidth) / eye.narrowing;
  const upper = (across: number): Point => {
    const inward = -eye.side * across;
    return [u(across), eyeAxis(eye, inward) - upperLid(eye, inward)];
  };
  const lower = (across: number): Point => {
    const inward = -eye.side * across;
    return [u(across), eyeAxis(eye, inward) + lowerLid(eye, inward)];
  };
  return [...[-1, -0.35, 0.35, 1].map(upper), ...[0.35, -0.35].map(lower)];
}

/** The outline from the left corner over the upper lip to the right one and back, then the same of the gap. */
function lips(mouth: Mouth): readonly Point[] {
  const at = (across: number, offset: number): Point => [
    mouth.u + across * mouth.halfWidth,
    lipLine(mouth, across) + offset,
  ];
  const upper = (across: number): Point => at(across, -upperLip(mouth, across));
  const lower = (across: number): Point => at(across, lowerLip(mouth, across));
  const gapTop = (across: number): Point => at(across, -lipGap(mouth, across));
  const gapBottom = (across: number): Point => at(across, lipGap(mouth, across));
  return [
    ...[-1, -0.6, -0.25, 0, 0.25, 0.6, 1].map(upper), // 48-54
    ...[0.6, 0.25, 0, -0.25, -0.6].map(lower), // 55-59
    ...[-0.85, -0.35, 0, 0.35, 0.85].map(gapTop), // 60-64
    ...[0.35, 0, -0.35].map(gapBottom), // 65-67
  ];
}
