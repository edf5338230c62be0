/** Eyes with iris, pupil, catch-light, tear duct, lashes and lid crease; brows. */
import { browHalfLength, browLine, browU, eyeAxis, inwards, lowerLid, upperLid } from '../face-shape.ts';
import type { Eye } from '../face.ts';
import { smoothStep } from '../interval.ts';
import { valueNoise } from '../texture.ts';
import type { Brush } from './brush.ts';
import { cover } from './paint.ts';

export function paintEye(brush: Brush, eye: Eye): void {
  const inward = inwards(eye, brush.point.turnedU);
  if (Math.abs(inward) < 1) {
    const fromAxis = brush.point.v - eyeAxis(eye, inward);
    if (Math.abs(fromAxis) < 0.3) {
      paintEyeball(brush, eye, inward, fromAxis);
      paintLid(brush, inward, fromAxis + upperLid(eye, inward));
    }
  }
  paintBrow(brush, eye);
}

/** White, iris, pupil, catch-light and tear duct, inside the lids. */
function paintEyeball(brush: Brush, eye: Eye, inward: number, fromAxis: number): void {
  const { edge, frame, point, shade } = brush;
  const inside = Math.min(fromAxis + upperLid(eye, inward), lowerLid(eye, inward) - fromAxis);
  const opacity = smoothStep(-edge, edge, inside);
  if (opacity === 0) return;
  const { iris, skin } = frame.face;
  const across = (point.turnedU - eye.u) * eye.narrowing - eye.gaze;
  const down = fromAxis + 0.01;
  const radius = Math.sqrt(across * across + down * down);

  const inIris = smoothStep(-edge, edge, 0.088 - radius);
  const bright = (0.5 + 6 * radius) * inIris;
  const dark = 1 - 0.95 * smoothStep(-edge, edge, 0.042 - radius);
  const catchLight =
    0.8 *
    Math.exp(-(((across - eye.catchLight[0]) / 0.026) ** 2) - ((down - eye.catchLight[1]) / 0.026) ** 2);
  const duct = Math.exp(-(((inward - 0.8) / 0.22) ** 2));

  const white = shade * (1 - inIris);
  cover(
    brush.paint,
    ((0.62 * white + iris[0] * bright) * dark + catchLight) * (1 - duct) + 0.72 * duct * shade * skin[0],
    ((0.6 * white + iris[1] * bright) * dark + catchLight) * (1 - duct) + 0.2 * duct * shade,
    ((0.58 * white + iris[2] * bright) * dark + catchLight) * (1 - duct) + 0.18 * duct * shade,
    opacity * brush.headCover,
  );
}

/** Lashes along the upper lid's rim, longer outwards, and the crease above. */
function paintLid(brush: Brush, inward: number, fromRim: number): void {
  const lashes = Math.exp(-((fromRim / 0.014) ** 2)) * (0.55 - 0.25 * inward);
  if (lashes > 0.02) cover(brush.paint, 0.02, 0.015, 0.012, Math.min(lashes, 0.9) * brush.headCover);
  const crease = 0.3 * Math.exp(-(((fromRim + 0.035) / 0.012) ** 2));
  if (crease > 0.02)
    cover(
      brush.paint,
      0.6 * brush.skinRed,
      0.55 * brush.skinGreen,
      0.55 * brush.skinBlue,
      crease * brush.headCover,
    );
}

/** Thick by the nose, thin outwards. */
function paintBrow(brush: Brush, eye: Eye): void {
  const { face } = brush.frame;
  const { u, v, turnedU } = brush.point;
  if (Math.abs(v - eye.browV) > 0.2) return;
  const inward = (-eye.side * (turnedU - browU(eye))) / browHalfLength(eye);
  if (Math.abs(inward) >= 1.1) return;
  const fromLine = Math.abs(v - browLine(face, eye, inward));
  const halfThickness = face.browThickness * (1 - 0.45 * smoothStep(-1, 1, -inward));
  const opacity =
    0.8 *
    smoothStep(-brush.edge, brush.edge, halfThickness - fromLine) *
    smoothStep(0, 0.25, 1.05 - Math.abs(inward));
  if (opacity === 0) return;
  const hairs = 0.7 + 0.5 * valueNoise(60 * u, 20 * v);
  const [red, green, blue] = face.hair;
  cover(brush.paint, 0.8 * red, 0.8 * green, 0.8 * blue, opacity * hairs * brush.headCover);
}
