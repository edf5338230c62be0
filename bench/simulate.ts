/**
 * Processor seconds of the built-in simulator for a 64-px picture, its JPEG file included, against the encoding of
 * that file alone in the same run: what no simulator can do without.
 */
import { families } from '../src/science/camera/generators/families.ts';
import { simulateGeneratedFace } from '../src/science/camera/generators/generated.ts';
import { encodeJpeg } from '../src/science/camera/jpeg.ts';
import { simulatePhoto } from '../src/science/camera/photo.ts';
import { leastProcessorSeconds, report } from './measure.ts';

const size = 64; // px
const seed = 1;

const photo = simulatePhoto(seed, 0, 'photos', size);
const cases = {
  photo(index: number) {
    const { image, quality, tags } = simulatePhoto(seed, index, 'photos', size);
    return encodeJpeg(image, size, quality, tags);
  },
  face(index: number) {
    const { image, quality } = simulatePhoto(seed, index, 'faces', size);
    return encodeJpeg(image, size, quality);
  },
  'generated face'(index: number) {
    const family = families[index % families.length] as (typeof families)[number];
    const { image, quality } = simulateGeneratedFace(seed, family, 'test', index, size);
    return encodeJpeg(image, size, quality);
  },
  encoding: () => encodeJpeg(photo.image, size, photo.quality, photo.tags),
};

const seconds = await leastProcessorSeconds(cases, { rounds: 5, repetitions: 270 });
for (const name of ['photo', 'face', 'generated face'] as const)
  report({
    suite: 'simulate',
    case: name,
    seconds: seconds[name],
    against: 'limit',
    againstSeconds: seconds.encoding,
    note: 'processor time of one core a 64-px picture; the limit is its JPEG encoding',
  });
