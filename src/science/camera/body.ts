/** The camera behind the lens: its sensor and the habits of its picture processing. Each photo has one of its own. */
import type { Random } from '../random.ts';

export interface Body {
  /** Electrons that a pixel holds at ISO 100, and those of its read noise. */
  readonly fullWell: number;
  readonly readNoise: number;
  readonly saturation: number;
  readonly contrast: number;
  readonly sharpening: number;
  readonly denoising: number;
}

export function drawBody(random: Random): Body {
  return {
    fullWell: random.logNormal(13000, 0.2),
    readNoise: random.between(2, 4),
    saturation: random.between(0.9, 1.2),
    contrast: random.between(0, 0.35),
    sharpening: random.between(0, 0.8),
    denoising: random.between(0, 0.35),
  };
}
