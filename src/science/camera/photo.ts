/** A simulated photograph: camera settings, a scene, the light through the lens, the sensor, the finished picture. */
import { randomOf, type Random } from '../random.ts';
import type { Box } from '../image/framing.ts';
import { drawBody, type Body } from './body.ts';
import { faceBox, faceLandmarks } from './landmarks.ts';
import { formImage } from './optics.ts';
import type { Planes } from './planes.ts';
import { finishPicture, quantise } from './processing.ts';
import { drawScene, type Scene } from './scene.ts';
import { demosaic, readOut, sampleMosaic } from './sensor.ts';
import { drawSettings, type CameraTags, type Domain, type Settings } from './settings.ts';

export interface SimulatedPhoto {
  /** (size, size, 3) RGB as the camera hands it to its JPEG encoder. */
  readonly image: Uint8Array;
  /** JPEG quality, 1 to 100. */
  readonly quality: number;
  readonly tags: CameraTags;
  /** (68, 2) px, pixel centres at integers. */
  readonly landmarks: Float32Array;
  readonly box: Box;
}

/** Photo `index` of a domain. The same arguments give the same bytes, whatever else is drawn. */
export function simulatePhoto(seed: number, index: number, domain: Domain, size: number): SimulatedPhoto {
  const random = randomOf(seed, 'photo', domain, index);
  const settings = drawSettings(random, domain);
  const scene = drawScene(random, settings);
  const picture = takePicture(random, scene, settings, drawBody(random), size);
  return {
    image: quantise(picture),
    quality: drawQuality(random, domain),
    tags: settings.tags,
    landmarks: faceLandmarks(scene.face, size, scene.subjectDistance),
    box: faceBox(scene.face, size, scene.subjectDistance),
  };
}

/** The quality of a camera's JPEG, 90 to 98; of collected faces 92 to 98. */
export function drawQuality(random: Random, domain: Domain): number {
  return Math.round(random.between(domain === 'photos' ? 90 : 92, 98));
}

function takePicture(random: Random, scene: Scene, settings: Settings, body: Body, size: number): Planes {
  const light = formImage(random, scene, settings, size);
  const mosaic = readOut(sampleMosaic(light), settings, body, random);
  return finishPicture(demosaic(mosaic, size, scene.illuminant), settings.iso, body);
}
