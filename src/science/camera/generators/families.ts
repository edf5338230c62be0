/**
 * Nine imitated generators. Each bears the name of a real one as the row of a table, and imitates the class of its
 * artefacts: how strong its errors in faces are, how it treats depth of field, which traces its decoder leaves.
 */
import type { Random } from '../../random.ts';
import { gaussianBlur } from '../blur.ts';
import { mixIn, type Planes } from '../planes.ts';
import { sharpen } from '../processing.ts';
import { greyHalf, whiten } from './noise.ts';
import {
  addBlotches,
  addPattern,
  downAndUp,
  downAndUpNearest,
  quantisePatches,
  saturate,
} from './resynthesis.ts';

export interface Family {
  /** The folder's name in the authors' data. */
  readonly folder: string;
  /** Strength of the errors, relative to StyleGAN2. */
  readonly errors: number;
  /** Share of pictures with far too shallow a depth of field. */
  readonly shallow: number;
  /** How much of the noise that a photograph would have it adds. */
  readonly noise: number;
  /** How far the spectrum is brought to a photograph's; 1: all the way. */
  readonly matching: number;
  /** Leaves the family's traces in the noiseless picture and in the noise that will be added to it. */
  resynthesise(random: Random, picture: Planes, noise: Planes): void;
}

export const families: readonly Family[] = [
  {
    folder: 'stylegan2',
    errors: 1,
    shallow: 0,
    noise: 1,
    matching: 0.9,
    resynthesise(random, picture, noise) {
      mixIn(picture, downAndUp(picture), random.between(0.1, 0.4));
      greyHalf(noise);
    },
  },
  {
    folder: 'VQ-GAN_celebahq',
    errors: 0.9,
    shallow: 0,
    noise: 0.95,
    matching: 0.8,
    resynthesise(random, picture) {
      quantisePatches(picture, random.between(0.008, 0.025));
    },
  },
  {
    folder: 'LDM',
    errors: 1,
    shallow: 0.2,
    noise: 1,
    matching: 0.9,
    resynthesise(random, picture) {
      mixIn(picture, downAndUp(picture), random.between(0.2, 0.6));
      sharpen(picture, random.between(0.1, 0.5), 1);
      addPattern(picture, 'LDM', 4, 0.0015);
    },
  },
  {
    folder: 'DDIM',
    errors: 1.2,
    shallow: 0.2,
    noise: 1,
    matching: 1,
    resynthesise(random, picture, noise) {
      mixIn(picture, gaussianBlur(picture, 0.6), random.between(0.1, 0.4));
      whiten(random, noise);
    },
  },
  {
    folder: 'stable_diffusion_v_2_1_text2img_p2g3',
    errors: 0.8,
    shallow: 0.5,
    noise: 1,
    matching: 0.9,
    resynthesise(random, picture) {
      mixIn(picture, downAndUp(picture), random.between(0.1, 0.4));
      addPattern(picture, 'SDv2.1', 8, 0.002);
      saturate(picture, random.between(1, 1.1), 1.02);
    },
  },
  {
    folder: 'FreeDoM_T',
    errors: 1.4,
    shallow: 0,
    noise: 1,
    matching: 0.9,
    resynthesise(random, picture) {
      mixIn(picture, gaussianBlur(picture, 0.6), random.between(0, 0.4));
      addBlotches(random, picture, picture.size / 5, random.between(0.01, 0.03));
    },
  },
  {
    folder: 'HPS',
    errors: 0.7,
    shallow: 0.6,
    noise: 0.85,
    matching: 0.8,
    resynthesise(random, picture) {
      mixIn(picture, downAndUpNearest(picture), random.between(0.05, 0.3));
      saturate(picture, random.between(1, 1.2), random.between(1, 1.1));
    },
  },
  {
    folder: 'Midjourney',
    errors: 0.6,
    shallow: 1,
    noise: 0.8,
    matching: 0.8,
    resynthesise(random, picture) {
      sharpen(picture, random.between(0.1, 0.35), picture.size / 12);
      saturate(picture, random.between(1, 1.2), 1);
    },
  },
  {
    folder: 'SDXL',
    errors: 0.6,
    shallow: 0.7,
    noise: 0.85,
    matching: 0.8,
    resynthesise(random, picture) {
      mixIn(picture, downAndUp(picture), random.between(0.05, 0.25));
      sharpen(picture, random.between(0.1, 0.4), 0.8);
    },
  },
];
