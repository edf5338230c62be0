/** The skin of the head: an ellipsoid with nose and cheeks, lit, with pores, blush, eye sockets, beard and nostrils. */
import { smoothStep } from '../interval.ts';
import { fractalNoise, valueNoise } from '../texture.ts';
import type { Brush } from './brush.ts';
import { cover } from './paint.ts';

/** Paints the skin and leaves its light and colour in the brush. */
export function paintSkin(brush: Brush): void {
  const { face } = brush.frame;
  const { u, v, turnedU } = brush.point;
  const aside = Math.abs(turnedU);
  const cheek = Math.exp(-((aside - 0.3) ** 2 + (v - 0.18) ** 2) / 0.02);
  const gloss = light(brush, cheek);
  const socket = Math.exp(-((aside - face.eyes[1].u) ** 2 / 0.03 + (v - face.eyeLevel) ** 2 / 0.012));
  brush.shade *= 1 - 0.22 * socket;

  const offset = face.textureOffset;
  const pores =
    1 +
    0.1 * fractalNoise(14 * u + offset, 14 * v + 1.3 * offset, 4) +
    0.05 * fractalNoise(60 * u, 60 * v + offset, 2);
  const blush = 1 / (1 + 0.15 * cheek);
  const lit = brush.shade * pores;
  const hairs = stubble(brush);
  const nostril = nostrils(brush);
  const [red, green, blue] = face.skin;
  brush.skinRed = (red * lit + gloss) * (1 - 0.7 * hairs) * (1 - 0.6 * nostril);
  brush.skinGreen = (green * lit * blush + gloss) * (1 - 0.65 * hairs) * (1 - 0.65 * nostril);
  brush.skinBlue = (blue * lit * blush + gloss) * (1 - 0.6 * hairs) * (1 - 0.65 * nostril);
  cover(brush.paint, brush.skinRed, brush.skinGreen, brush.skinBlue, brush.headCover);
}

/** Sets the light that falls here by the surface's normal (Lambert); returns the gloss (Blinn and Phong). */
function light(brush: Brush, cheek: number): number {
  const { face } = brush.frame;
  const { u, v, turnedU, halfWidth, distance } = brush.point;
  const [towardsX, towardsY, towardsZ] = brush.light.direction;

  // The nose: a ridge from between the eyes, widening to its base.
  const noseEnd = face.eyeLevel + face.noseLength;
  const acrossNose = turnedU / (face.noseWidth * (0.45 + 0.55 * smoothStep(face.eyeLevel, noseEnd, v)));
  const ridge =
    Math.exp(-1.2 * acrossNose * acrossNose) *
    smoothStep(face.eyeLevel - 0.02, face.eyeLevel + 0.1, v) *
    (1 - smoothStep(noseEnd, noseEnd + 0.05, v));
  const normalX = u / halfWidth + 0.9 * ridge * acrossNose + 0.12 * cheek * Math.sign(turnedU);
  const normalY = (0.8 * v) / face.halfHeight + (v > noseEnd - 0.03 ? 0.6 : -0.1) * ridge - 0.05 * cheek;
  const normalZ = Math.sqrt(Math.max(0.02, 1 - Math.min(distance, 0.98)));
  const length = Math.sqrt(normalX * normalX + normalY * normalY + normalZ * normalZ);

  const along = towardsX * normalX + towardsY * normalY;
  brush.lambert = Math.max(0, (along + towardsZ * normalZ) / length);
  brush.shade = brush.light.ambient + (1 - brush.light.ambient) * brush.lambert;
  const halfway = Math.sqrt(towardsX * towardsX + towardsY * towardsY + (towardsZ + 1) * (towardsZ + 1));
  const mirrored = Math.max(0, (along + (towardsZ + 1) * normalZ) / (length * halfway));
  const fourth = mirrored * mirrored * mirrored * mirrored;
  const eighth = fourth * fourth;
  return 0.06 * eighth * eighth * eighth;
}

/** How much a beard darkens here. */
function stubble({ frame: { face }, point: { u, v, turnedU } }: Brush): number {
  if (face.beard === 0 || v < 0.2) return 0;
  const fromMouth = Math.hypot(turnedU / 1.6, v - face.mouth.v) - 0.02;
  const hairs = 0.5 + 0.8 * valueNoise(40 * u, 40 * v);
  return 0.6 * face.beard * smoothStep(0.2, 0.35, v) * hairs * smoothStep(0.05, 0.12, fromMouth);
}

function nostrils({ frame: { face }, point: { v, turnedU } }: Brush): number {
  const below = (v - (face.eyeLevel + face.noseLength + 0.01)) / 0.016;
  if (Math.abs(below) > 4) return 0;
  const aside = (Math.abs(turnedU) - 0.5 * face.noseWidth) / 0.028;
  return Math.exp(-(aside * aside) - below * below);
}
