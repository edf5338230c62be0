/** Behind the head: neck, shirt and the hair that falls there. Before it: the fringe and the hair at its sides. */
import type { Colour } from '../face.ts';
import { smoothStep } from '../interval.ts';
import { fractalNoise } from '../texture.ts';
import type { Brush } from './brush.ts';
import { cover } from './paint.ts';

export function paintBehindHead(brush: Brush): void {
  const { edge, frame, light, paint, point } = brush;
  const { face } = frame;
  const { u, v, halfWidth, distance } = point;
  const [towardsX, towardsY, towardsZ] = light.direction;
  const normalZ = Math.max(0.3, Math.sqrt(Math.max(0, 1 - 0.7 * distance)));
  const lambert = Math.max(0, (towardsX * u) / halfWidth + towardsY * v + towardsZ * normalZ);
  const shade = light.ambient + (1 - light.ambient) * lambert;

  const neck = v > 0 ? smoothStep(-edge, edge, 0.34 - Math.abs(u)) : 0;
  const [red, green, blue] = face.skin;
  if (neck > 0) cover(paint, 0.55 * red * shade, 0.52 * green * shade, 0.5 * blue * shade, neck);

  const shirt = smoothStep(-edge, edge, v - 0.93 - 0.12 * Math.abs(u));
  if (shirt > 0) {
    const folds = 0.7 + 0.5 * fractalNoise(3 * u + face.textureOffset, 6 * v, 3);
    cover(paint, face.shirt[0] * folds, face.shirt[1] * folds, face.shirt[2] * folds, shirt);
  }
  const hair = backHair(brush);
  if (hair > 0) coverWithHair(brush, face.hair, 0.5 + 0.5 * shade, hair);
}

export function paintFrontHair(brush: Brush): void {
  const { edge, frame, point, headCover, lambert } = brush;
  const { face } = frame;
  const { u, v, halfWidth } = point;
  // The hairline's waves stay within .025 of its arch.
  const arch = face.hairline + 0.308 * (u - 0.3 * face.parting) ** 2;
  if (v < arch + 0.05 + 1.5 * edge) {
    const waves = 0.05 * fractalNoise(9 * u + face.textureOffset, face.textureOffset, 2);
    const fringe = smoothStep(-1.5 * edge, 1.5 * edge, arch + waves - v);
    if (fringe > 0) coverWithHair(brush, face.hair, 0.5 + 0.6 * lambert, fringe * headCover);
  }
  if (v >= face.hairLength) return;
  const ends = face.hairLength > -0.05 ? 1 : smoothStep(0, 0.1, face.hairLength + 0.25 - v);
  const side = smoothStep(-edge, edge, Math.abs(u) - 0.9 * halfWidth) * ends;
  if (side > 0) coverWithHair(brush, face.hair, 0.8, side * headCover);
}

/** A cap around the head, and long strands beside it. */
function backHair({ edge, frame: { face }, point: { u, v, halfWidth } }: Brush): number {
  if (v >= face.hairLength) return 0;
  const cap = (u / (halfWidth + face.hairThickness)) ** 2 + ((v + 0.05) / (face.halfHeight + 0.1)) ** 2;
  const opacity = smoothStep(-edge, edge, 0.6 * (1 - Math.sqrt(cap)));
  if (v <= 0 || face.hairLength <= 0.1) return opacity;
  const strands = smoothStep(-edge, edge, 0.98 * halfWidth + face.hairThickness - Math.abs(u));
  return Math.max(opacity, strands * smoothStep(0, 0.15, face.hairLength - v));
}

function coverWithHair(brush: Brush, [red, green, blue]: Colour, light: number, opacity: number): void {
  const { textureOffset } = brush.frame.face;
  const { u, v } = brush.point;
  const strands = 0.75 + 1.3 * Math.abs(fractalNoise(26 * u + textureOffset, 5 * v + textureOffset, 3));
  const lit = strands * light;
  cover(brush.paint, red * lit, green * lit, blue * lit, opacity);
}
