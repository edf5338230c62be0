/**
 * A generated face: what a model that imitates finished photographs would make. It is drawn with errors in the face and
 * an incoherent camera, then resynthesised by its family, with noise and spectrum matched to a photograph's.
 */
import { randomOf, type Random } from '../../random.ts';
import { drawBody } from '../body.ts';
import { formImage, type Incoherence } from '../optics.ts';
import { drawQuality } from '../photo.ts';
import { emptyPlanes, type Planes } from '../planes.ts';
import { finishPicture, quantise } from '../processing.ts';
import { drawScene } from '../scene.ts';
import { demosaic, readOut, sampleMosaic, type Mosaic } from '../sensor.ts';
import { drawSettings } from '../settings.ts';
import { drawFaceErrors } from './face-errors.ts';
import type { Family } from './families.ts';
import { addNoise, shiftCyclically } from './noise.ts';
import { matchSpectrum } from './spectrum.ts';
import { warp } from './warp.ts';

export interface GeneratedFace {
  /** (size, size, 3) RGB. */
  readonly image: Uint8Array;
  /** JPEG quality, 1 to 100; as of real faces. */
  readonly quality: number;
}

/** Strength of the errors of a family whose `errors` is 1. */
const strength = 1.6;

/** Face `index` of a family; `split` names an independent series. The same arguments give the same bytes. */
export function simulateGeneratedFace(
  seed: number,
  family: Family,
  split: 'validation' | 'test',
  index: number,
  size: number,
): GeneratedFace {
  const random = randomOf(seed, 'generated', family.folder, split, index);
  const errors = strength * family.errors * random.between(0.6, 1.4);
  const settings = drawSettings(random, 'faces');
  const body = drawBody(random);
  const scene = drawScene(random, settings);
  const imagined = { ...scene, face: drawFaceErrors(random, scene.face, scene.light, errors) };
  // Noise as of another picture's sensitivity.
  const { iso } = drawSettings(random, 'faces');
  const light = formImage(random, imagined, settings, size, drawIncoherence(random, family));
  const signal = sampleMosaic(warp(random, light, 0.008 * errors * size));

  const finish = (mosaic: Mosaic): Planes =>
    finishPicture(demosaic(mosaic, size, scene.illuminant), iso, body);
  const exposure = { iso, exposureTime: settings.exposureTime };
  const picture = finish(readOut(signal, exposure, body));
  const photograph = finish(readOut(signal, exposure, body, random));
  const noise = difference(photograph, picture);
  shiftCyclically(random, noise);
  family.resynthesise(random, picture, noise);
  addNoise(picture, noise, family.noise, random.between(-0.6, 0.6));
  matchSpectrum(picture, photograph, family.matching);
  return { image: quantise(picture), quality: drawQuality(random, 'faces') };
}

/** Depth of field and perspective without regard to the lens, or to each other. */
function drawIncoherence(random: Random, family: Family): Incoherence {
  const shallow = random.uniform() < family.shallow;
  return {
    backdropBlur: shallow ? random.between(1.5, 4) : 2 ** random.between(-1.5, 1.5),
    perspectiveDistance: drawSettings(random, 'photos').focalLength / 1000 / 0.05,
  };
}

function difference(picture: Planes, other: Planes): Planes {
  const rest = emptyPlanes(picture.size, picture.channels);
  for (let i = 0; i < rest.data.length; i++)
    rest.data[i] = (picture.data[i] as number) - (other.data[i] as number);
  return rest;
}
