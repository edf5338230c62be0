/** Blur by motion during the exposure: the hand turns the camera, the subject moves. */
import type { Random } from '../random.ts';
import { clamp } from './interval.ts';
import { emptyPlanes, plane, type Planes } from './planes.ts';
import { frameWidth } from './scene.ts';
import type { Settings } from './settings.ts';

export interface Motion {
  /** px */
  readonly length: number;
  /** rad */
  readonly angle: number;
}

/** A hand turns by about .006 rad/s, which a long lens magnifies; a subject moves by about .06 m/s. */
export function drawMotion(random: Random, settings: Settings, size: number): Motion {
  const turning = random.logNormal(0.006, 0.5);
  const moving = random.logNormal(0.06, 0.6);
  return {
    length: motionLength(settings, turning, moving, size),
    angle: random.between(0, 2 * Math.PI),
  };
}

/** Length in px of the trace of a point: camera turning by `turning` rad/s, subject moving by `moving` m/s. */
export function motionLength(settings: Settings, turning: number, moving: number, size: number): number {
  const pixelPitch = 0.006; // mm: a pixel of the sensor, whatever the picture's size
  return Math.hypot(
    (settings.focalLength * turning * settings.exposureTime) / pixelPitch,
    (moving * settings.exposureTime * size) / frameWidth,
  );
}

/** Averages the picture along the trace; the picture itself where the trace is too short to be seen. */
export function motionBlur(picture: Planes, motion: Motion): Planes {
  if (motion.length <= 0.25) return picture;
  const { size, channels } = picture;
  const taps = traceTaps(motion);
  const blurred = emptyPlanes(size, channels);
  for (let channel = 0; channel < channels; channel++) {
    const from = plane(picture, channel);
    const to = plane(blurred, channel);
    for (const { across, down, weight } of taps) addShifted(from, to, size, across, down, weight);
  }
  return blurred;
}

/** A whole-pixel shift and its share. */
interface Tap {
  readonly across: number;
  readonly down: number;
  readonly weight: number;
}

/** Points along the trace, each shared out to the four pixels around it; the weights sum to 1. */
export function traceTaps({ length, angle }: Motion): readonly Tap[] {
  const points = Math.min(15, 2 + Math.ceil(1.5 * length));
  const weights = new Map<string, Tap>();
  const add = (across: number, down: number, weight: number): void => {
    const key = `${across} ${down}`;
    weights.set(key, { across, down, weight: weight / points + (weights.get(key)?.weight ?? 0) });
  };
  for (let point = 0; point < points; point++) {
    const place = (point / (points - 1) - 0.5) * length;
    const x = place * Math.cos(angle);
    const y = place * Math.sin(angle);
    const left = Math.floor(x);
    const top = Math.floor(y);
    add(left, top, (1 - x + left) * (1 - y + top));
    add(left + 1, top, (x - left) * (1 - y + top));
    add(left, top + 1, (1 - x + left) * (y - top));
    add(left + 1, top + 1, (x - left) * (y - top));
  }
  return [...weights.values()].filter(({ weight }) => weight > 0);
}

/** to(x, y) += weight * from(x + across, y + down), the border repeated outwards. */
function addShifted(
  from: Float32Array,
  to: Float32Array,
  size: number,
  across: number,
  down: number,
  weight: number,
): void {
  // Columns whose source lies in the picture; the others take the border's pixel.
  const first = clamp(-across, 0, size);
  const last = clamp(size - across, 0, size);
  for (let y = 0; y < size; y++) {
    const row = clamp(y + down, 0, size - 1) * size;
    const start = y * size;
    const left = weight * (from[row] as number);
    const right = weight * (from[row + size - 1] as number);
    for (let x = 0; x < first; x++) to[start + x] = (to[start + x] as number) + left;
    for (let x = first; x < last; x++)
      to[start + x] = (to[start + x] as number) + weight * (from[row + x + across] as number);
    for (let x = last; x < size; x++) to[start + x] = (to[start + x] as number) + right;
  }
}
