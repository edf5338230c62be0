/** Lips with gloss, the gap with teeth, the line between the lips and the shadow below them. */
import { lipGap, lipLine, lowerLip, upperLip } from '../face-shape.ts';
import { clamp, smoothStep } from '../interval.ts';
import type { Brush } from './brush.ts';
import { cover } from './paint.ts';

export function paintMouth(brush: Brush): void {
  const { mouth } = brush.frame.face;
  const across = (brush.point.turnedU - mouth.u) / mouth.halfWidth;
  if (Math.abs(across) >= 1.25) return;
  const fromLine = brush.point.v - lipLine(mouth, across);
  if (Math.abs(fromLine) > 0.35) return;
  const below = lowerLip(mouth, across);
  if (Math.abs(across) < 1) {
    const inside = Math.min(fromLine + upperLip(mouth, across), below - fromLine);
    const opacity = smoothStep(-brush.edge, brush.edge, inside) * brush.headCover;
    if (opacity > 0) {
      paintLips(brush, across, fromLine, opacity);
      if (mouth.gap > 0) paintGap(brush, across, fromLine);
    }
  }
  const between = Math.exp(-((fromLine / 0.01) ** 2)) * smoothStep(1.15, 0.9, Math.abs(across));
  const line = between * (mouth.gap > 0 ? 0.225 : 0.75);
  if (line > 0.02) cover(brush.paint, 0.05, 0.02, 0.018, line * brush.headCover);
  const shadow =
    0.3 * Math.exp(-(((fromLine - below - 0.04) / 0.03) ** 2)) * Math.max(0, 1 - across * across);
  if (shadow > 0.02) darken(brush, 0.6, shadow * brush.headCover);
}

/** The upper lip lies in its own shadow; the gloss on the lower one sits on the light's side. */
function paintLips(brush: Brush, across: number, fromLine: number, opacity: number): void {
  const { mouth, skin } = brush.frame.face;
  const lit = brush.shade * (fromLine < 0 ? 0.62 : 1.1) * (1 + 0.3 * mouth.light * clamp(across, -1, 1));
  cover(brush.paint, 0.95 * skin[0] * lit, 0.5 * skin[1] * lit, 0.55 * skin[2] * lit, 0.9 * opacity);
  if (fromLine <= 0) return;
  const fromGloss = (fromLine - 0.5 * mouth.gap - 0.4 * mouth.lowerLip) / 0.03;
  const gloss = 0.2 * Math.exp(-(fromGloss * fromGloss) - ((across - 0.4 * mouth.light) / 0.25) ** 2);
  const { paint } = brush;
  cover(paint, paint.red + gloss, paint.green + gloss, paint.blue + gloss, opacity);
}

/** Teeth above, dark below. */
function paintGap(brush: Brush, across: number, fromLine: number): void {
  const { mouth } = brush.frame.face;
  const opacity = smoothStep(-brush.edge, brush.edge, lipGap(mouth, across) - Math.abs(fromLine));
  if (opacity === 0) return;
  const tooth = fromLine < 0.15 * mouth.gap ? 0.55 * brush.shade : 0.05;
  cover(brush.paint, tooth, 0.95 * tooth, 0.88 * tooth, opacity * brush.headCover);
}

function darken({ paint }: Brush, factor: number, opacity: number): void {
  cover(paint, factor * paint.red, factor * paint.green, factor * paint.blue, opacity);
}
