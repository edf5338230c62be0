/**
 * Processor time of the built-in simulator for a 64-px picture, JPEG file with EXIF included, against the first, throw-away
 * program of the same equations (no file, JPEG quantisation in memory), as measured in one sitting on two busy cores:
 * only this side runs here. `--json` prints one object a line.
 */
import { families } from '../src/science/camera/generators/families.ts';
import { simulateGeneratedFace } from '../src/science/camera/generators/generated.ts';
import { encodeJpeg } from '../src/science/camera/jpeg.ts';
import { simulatePhoto } from '../src/science/camera/photo.ts';

const size = 64;
const seed = 1;

interface Case {
  readonly name: string;
  readonly prototypeSeconds: number;
  make(index: number): Promise<unknown>;
}

const cases: readonly Case[] = [
  {
    name: 'photo',
    prototypeSeconds: 0.0036,
    make(index) {
      const { image, quality, tags } = simulatePhoto(seed, index, 'photos', size);
      return encodeJpeg(image, size, quality, tags);
    },
  },
  {
    name: 'face',
    prototypeSeconds: 0.0036,
    make(index) {
      const { image, quality } = simulatePhoto(seed, index, 'faces', size);
      return encodeJpeg(image, size, quality);
    },
  },
  {
    name: 'generated face',
    prototypeSeconds: 0.0085,
    make(index) {
      const family = families[index % families.length] as (typeof families)[number];
      const { image, quality } = simulateGeneratedFace(seed, family, 'test', index, size);
      return encodeJpeg(image, size, quality);
    },
  },
];

/** Least of several rounds, the cases taking turns; processor seconds of all threads. */
const rounds = 5;
const picturesPerRound = 270;
const best = new Map<string, number>();
for (let round = 0; round <= rounds; round++)
  for (const { name, make } of cases) {
    const start = process.cpuUsage();
    for (let index = 0; index < picturesPerRound; index++) await make(index);
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6 / picturesPerRound;
    // The first round is for the compiler.
    if (round > 0) best.set(name, Math.min(seconds, best.get(name) ?? Infinity));
  }

for (const { name, prototypeSeconds } of cases) {
  const seconds = best.get(name) as number;
  const ratio = prototypeSeconds / seconds;
  console.log(
    process.argv.includes('--json')
      ? JSON.stringify({
          suite: 'simulate',
          case: name,
          seconds,
          against: 'prototype',
          againstSeconds: prototypeSeconds,
          ratio,
          note: `${size} px, one core, JPEG included`,
        })
      : `${name.padEnd(16)}${(1000 * seconds).toFixed(2)} ms   prototype ${(1000 * prototypeSeconds).toFixed(1)} ms   ${ratio.toFixed(1)}x`,
  );
}
