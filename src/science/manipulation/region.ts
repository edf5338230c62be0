/**
 * The part of a picture that a flip works on: a box around points of the face, turned with them, with a soft edge.
 */
import { type FacePart, interOcularDistance, pointsOf, rollOf } from '../landmarks/points.ts';

export interface RegionShape {
  /** Half width and half height as multiples of half the extent of the points. */
  readonly width: number;
  readonly height: number;
  /** Added to the half height, as a share of the distance between the outer corners of the eyes. */
  readonly padding: number;
}

export interface RegionOptions {
  readonly shape: RegionShape;
  /** Width of the soft edge: a share of the distance between the outer corners of the eyes, and at least so many px. */
  readonly blend: { readonly share: number; readonly minimum: number };
  /** Whether the box and the axis of the flip turn with the line through the part's corners. */
  readonly followRoll: boolean;
}

/** px, pixel centres at integers. Along the axis u (cosine, sine) and across it, v, turned a quarter clockwise. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly cosine: number;
  readonly sine: number;
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** px over which the weight falls from 1 to 0. */
  readonly blend: number;
}

/** How far beyond the box the soft edge ends, as a multiple of the box. */
const reach = 1.15;

/** A closed eye or mouth still has a region of this share of its width. */
const leastAspect = 0.3;

/** The region of `part`. Its centre is moved to the nearest half pixel, so that an upright flip maps pixels to pixels. */
export function regionOf(landmarks: Float32Array, part: FacePart, options: RegionOptions): Region {
  const { shape, blend, followRoll } = options;
  const roll = followRoll ? rollOf(landmarks, part) : 0;
  const cosine = Math.cos(roll);
  const sine = Math.sin(roll);
  const points = pointsOf(landmarks, part);
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    left = Math.min(left, cosine * x + sine * y);
    right = Math.max(right, cosine * x + sine * y);
    top = Math.min(top, cosine * y - sine * x);
    bottom = Math.max(bottom, cosine * y - sine * x);
  }
  const u = (left + right) / 2;
  const v = (top + bottom) / 2;
  const eyes = interOcularDistance(landmarks);
  const halfWidth = (shape.width * (right - left)) / 2;
  const halfHeight = (shape.height * (bottom - top)) / 2 + shape.padding * eyes;
  return {
    x: halfPixel(cosine * u - sine * v),
    y: halfPixel(sine * u + cosine * v),
    cosine,
    sine,
    halfWidth: Math.max(halfWidth, 0.5),
    halfHeight: Math.max(halfHeight, leastAspect * halfWidth, 0.5),
    blend: Math.max(blend.share * eyes, blend.minimum),
  };
}

/** The weight of the flipped picture at a pixel: 1 inside, falling linearly to 0 at the edge. */
export function regionWeight(region: Region, x: number, y: number): number {
  const { halfWidth, halfHeight, blend } = region;
  const [u, v] = toRegion(region, x, y);
  const distance = Math.max(Math.abs(u) / halfWidth, Math.abs(v) / halfHeight);
  const weight = ((reach - distance) * Math.min(halfWidth, halfHeight)) / blend;
  return Math.min(Math.max(weight, 0), 1);
}

/** A pixel in the region's own coordinates u, v. */
export function toRegion(
  { x: centreX, y: centreY, cosine, sine }: Region,
  x: number,
  y: number,
): [number, number] {
  const across = x - centreX;
  const down = y - centreY;
  return [cosine * across + sine * down, cosine * down - sine * across];
}

/** The other way. */
export function fromRegion({ x, y, cosine, sine }: Region, u: number, v: number): [number, number] {
  return [x + cosine * u - sine * v, y + sine * u + cosine * v];
}

/** All pixels of weight above 0 lie in this box: [left, top, right, bottom], cut at the picture's border. */
export function regionBounds(
  region: Region,
  width: number,
  height: number,
): readonly [number, number, number, number] {
  const { x, y, cosine, sine, halfWidth, halfHeight } = region;
  const across = reach * (Math.abs(cosine) * halfWidth + Math.abs(sine) * halfHeight);
  const down = reach * (Math.abs(sine) * halfWidth + Math.abs(cosine) * halfHeight);
  return [
    Math.max(0, Math.ceil(x - across)),
    Math.max(0, Math.ceil(y - down)),
    Math.min(width - 1, Math.floor(x + across)),
    Math.min(height - 1, Math.floor(y + down)),
  ];
}

const halfPixel = (value: number): number => Math.round(2 * value) / 2;
