/** From linear light to a finished picture, as a camera does: less noise, the sRGB curve, contrast, colour, sharpness. */
import { gaussianBlur } from './blur.ts';
import type { Body } from './body.ts';
import { clamp } from './interval.ts';
import { luma, plane, type Planes } from './planes.ts';

/** Finishes the picture; display values, about 0 to 1. The argument's planes are used up. */
export function finishPicture(linear: Planes, iso: number, body: Body): Planes {
  reduceNoise(linear, denoisingStrength(iso, body));
  applyTone(linear, body);
  sharpen(linear, body.sharpening, 0.8);
  return linear;
}

/** 8 bits, (size, size, 3): as decoders and encoders have it. */
export function quantise({ size, data }: Planes): Uint8Array {
  const pixels = size * size;
  // A clamped array rounds to the nearest by itself.
  const bytes = new Uint8ClampedArray(3 * pixels);
  for (let channel = 0; channel < 3; channel++)
    for (let pixel = 0; pixel < pixels; pixel++)
      bytes[3 * pixel + channel] = 255 * (data[channel * pixels + pixel] as number);
  return new Uint8Array(bytes.buffer);
}

/** picture += amount * (picture - blurred picture) */
export function sharpen(picture: Planes, amount: number, deviation: number): void {
  if (amount < 0.01) return;
  const blurred = gaussianBlur(picture, deviation).data;
  const { data } = picture;
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    data[i] = value + amount * (value - (blurred[i] as number));
  }
}

/** Cameras denoise more at higher sensitivities: a tenth of their strength at ISO 100, all of it at ISO 6400. */
export function denoisingStrength(iso: number, body: Body): number {
  return body.denoising * clamp(Math.log2(iso / 100) / 6, 0.1, 1);
}

/** Blurs colour by `strength`, brightness by half of it. */
function reduceNoise(picture: Planes, strength: number): void {
  if (strength < 0.01) return;
  const blurred = gaussianBlur(picture, 0.7);
  const [red, green, blue] = [plane(picture, 0), plane(picture, 1), plane(picture, 2)] as const;
  const [softRed, softGreen, softBlue] = [plane(blurred, 0), plane(blurred, 1), plane(blurred, 2)] as const;
  for (let i = 0; i < red.length; i++) {
    const sharpLuma = lumaOf(red[i] as number, green[i] as number, blue[i] as number);
    const softLuma = lumaOf(softRed[i] as number, softGreen[i] as number, softBlue[i] as number);
    // value + strength * (soft - value) for colour; brightness goes only half of the way.
    const back = 0.5 * strength * (sharpLuma - softLuma);
    red[i] = (red[i] as number) * (1 - strength) + (softRed[i] as number) * strength + back;
    green[i] = (green[i] as number) * (1 - strength) + (softGreen[i] as number) * strength + back;
    blue[i] = (blue[i] as number) * (1 - strength) + (softBlue[i] as number) * strength + back;
  }
}

/** The sRGB curve (IEC 61966-2-1), an S-shaped contrast curve, saturation. */
function applyTone(picture: Planes, { contrast, saturation }: Body): void {
  const [red, green, blue] = [plane(picture, 0), plane(picture, 1), plane(picture, 2)] as const;
  const curve = displayCurve.map((value) => value + contrast * (value * value * (3 - 2 * value) - value));
  const last = curve.length - 1;
  for (let i = 0; i < red.length; i++) {
    const r = curve[(clamp(red[i] as number, 0, 1) * last) | 0] as number;
    const g = curve[(clamp(green[i] as number, 0, 1) * last) | 0] as number;
    const b = curve[(clamp(blue[i] as number, 0, 1) * last) | 0] as number;
    const grey = lumaOf(r, g, b);
    red[i] = grey + saturation * (r - grey);
    green[i] = grey + saturation * (g - grey);
    blue[i] = grey + saturation * (b - grey);
  }
}

const displayCurve = Float32Array.from({ length: 4097 }, (_, index) => {
  const linear = index / 4096;
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
});

function lumaOf(red: number, green: number, blue: number): number {
  return luma[0] * red + luma[1] * green + luma[2] * blue;
}
