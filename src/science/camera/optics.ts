/**
 * What the lens makes of a scene: depth of field, sharpness, motion, vignetting. From the scene to the light that falls
 * on the sensor, linear RGB, without noise.
 */
import type { Random } from '../random.ts';
import { gaussianBlur, gaussianReach } from './blur.ts';
import { smoothStep } from './interval.ts';
import { drawMotion, motionBlur } from './motion.ts';
import { emptyPlanes, plane, type Planes } from './planes.ts';
import { drawBackdrop } from './render/backdrop.ts';
import { drawForeground } from './render/foreground.ts';
import { frameWidth, type Scene } from './scene.ts';
import type { Settings } from './settings.ts';

/** In a photograph depth of field and perspective follow from the lens and the distance; a generator knows no such law. */
export interface Incoherence {
  /** The backdrop's blur is this many times what the lens would make of it. */
  readonly backdropBlur: number;
  /** Perspective as from this distance, m. */
  readonly perspectiveDistance: number;
}

/** The light on the sensor, (3, size, size). */
export function formImage(
  random: Random,
  scene: Scene,
  settings: Settings,
  size: number,
  incoherence?: Incoherence,
): Planes {
  const sharp = drawForeground(scene, size, incoherence?.perspectiveDistance ?? scene.subjectDistance);
  const head = softenRim(sharp, scene, rimBlur(settings, scene, size));
  const backdropDeviation = backdropBlur(settings, scene, size, incoherence?.backdropBlur ?? 1);
  const visible = backdropPixels(head, gaussianReach(backdropDeviation));
  const backdrop = gaussianBlur(drawBackdrop(scene, size, visible), backdropDeviation);
  const focused = gaussianBlur(composite(head, backdrop), lensBlur(settings.aperture));
  const image = motionBlur(focused, drawMotion(random, settings, size));
  expose(image, scene, settings);
  return image;
}

/** Diameter in px of the circle that a point at `distance` m becomes, focused on the face. */
export function blurCircle(
  settings: Settings,
  subjectDistance: number,
  distance: number,
  size: number,
): number {
  const pupil = settings.focalLength / 1000 / settings.aperture;
  return (pupil / frameWidth) * size * Math.abs(1 - subjectDistance / distance);
}

/** Standard deviation of the lens's sharpness in px: a limit, diffraction growing with N, aberration growing with the opening. */
export function lensBlur(aperture: number): number {
  return Math.hypot(0.3, 0.0385 * aperture, 0.6 / aperture);
}

/** Share of light lost per squared radius (half widths): wide apertures and short lenses darken the corners. */
export function vignetting({ aperture, focalLength }: Settings): number {
  const byAperture = (0.45 * 1.4) / aperture;
  const byAngle = Math.min(0.15 * (24 / focalLength) ** 2, 0.3);
  return (byAperture + byAngle) / 2;
}

/** A blur circle as a Gaussian: deviation of a quarter of the diameter. */
function backdropBlur(settings: Settings, scene: Scene, size: number, factor: number): number {
  const circle = blurCircle(settings, scene.subjectDistance, scene.backdropDistance, size);
  return Math.min((factor * circle) / 4, 5);
}

/** Hair and ears lie .09 m behind the focused face. */
function rimBlur(settings: Settings, scene: Scene, size: number): number {
  const circle = blurCircle(settings, scene.subjectDistance, scene.subjectDistance + 0.09, size);
  return Math.min(circle / 4, 3);
}

/** The head, sharp in its middle and blurred towards its rim. */
function softenRim(sharp: Planes, { face }: Scene, deviation: number): Planes {
  const blurred = gaussianBlur(sharp, deviation);
  if (blurred === sharp) return sharp;
  const { size, data } = blurred;
  const pixels = size * size;
  for (let y = 0; y < size; y++) {
    const down = (((y + 0.5) * 2) / size - 1 - face.centreY) / face.halfHeight;
    for (let x = 0; x < size; x++) {
      const across = (((x + 0.5) * 2) / size - 1 - face.centreX) / face.halfWidth;
      const share = 1 - smoothStep(0.25, 0.8, across * across + down * down);
      if (share === 0) continue;
      for (let i = y * size + x; i < data.length; i += pixels) {
        const value = data[i] as number;
        data[i] = value + share * ((sharp.data[i] as number) - value);
      }
    }
  }
  return blurred;
}

/** 1 where the backdrop can be seen, or reaches by its blur a place where it can. */
function backdropPixels(head: Planes, reach: number): Uint8Array {
  const { size } = head;
  const opacity = plane(head, 3);
  const visible = new Uint8Array(size * size);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if ((opacity[y * size + x] as number) > 1 - 1e-6) continue;
      const left = Math.max(0, x - reach);
      const right = Math.min(size - 1, x + reach);
      const bottom = Math.min(size - 1, y + reach);
      for (let row = Math.max(0, y - reach); row <= bottom; row++)
        for (let i = row * size + left; i <= row * size + right; i++) visible[i] = 1;
    }
  return visible;
}

function composite(head: Planes, backdrop: Planes): Planes {
  const pixels = head.size * head.size;
  const picture = emptyPlanes(head.size, 3);
  const { data } = picture;
  for (let i = 0; i < data.length; i++) {
    const through = 1 - (head.data[3 * pixels + (i % pixels)] as number);
    data[i] = (head.data[i] as number) + (backdrop.data[i] as number) * through;
  }
  return picture;
}

/** The amount and the colour of the light. */
function expose({ size, data }: Planes, { illuminant }: Scene, settings: Settings): void {
  const pixels = size * size;
  const exposure = 1.05 * 2 ** settings.exposureError;
  const falloff = vignetting(settings);
  const place = (index: number): number => ((index + 0.5) * 2) / size - 1;
  const [red, green, blue] = illuminant;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const light = exposure / (1 + falloff * (place(x) ** 2 + place(y) ** 2));
      const pixel = y * size + x;
      data[pixel] = (data[pixel] as number) * light * red;
      data[pixel + pixels] = (data[pixel + pixels] as number) * light * green;
      data[pixel + 2 * pixels] = (data[pixel + 2 * pixels] as number) * light * blue;
    }
}
