/**
 * How a photographer sets a camera: which lens, how much light there is, and from it the four tags that the paper
 * learns from. The tags hang together as they do in real photographs: dark rooms bring wide apertures, long times and
 * high sensitivities; long lenses bring short times.
 */
import type { Random } from '../random.ts';
import { clamp } from './interval.ts';
import { apertures, exposureTimes, nearestStop, sensitivities, type Stop } from './stops.ts';

/** The four EXIF tags as a camera writes them: f-number, seconds, mm, ISO. */
export interface CameraTags {
  readonly aperture: number;
  readonly exposureTime: number;
  readonly focalLength: number;
  readonly iso: number;
}

/**
 * Whose photographs they resemble. `photos`: a photo site (FDF), any lens, any light. `faces`: portraits (CelebA-HQ),
 * longer lenses, middle apertures, ISO 1600 at most.
 */
export type Domain = 'photos' | 'faces';

export type Weather = 'indoor' | 'overcast' | 'sun';

export interface Settings {
  /** What the camera writes. */
  readonly tags: CameraTags;
  /** What it does: the f-number N, the exposure time t in s and the ISO value, unrounded. */
  readonly aperture: number;
  readonly exposureTime: number;
  readonly iso: number;
  /** mm */
  readonly focalLength: number;
  readonly weather: Weather;
  /** Exposure value at ISO 100: log2(N^2 / t) of a right exposure. */
  readonly exposureValue: number;
  /** Stops by which the picture is brighter than a right exposure. */
  readonly exposureError: number;
}

/** mm, with the share of each in a domain. */
const focalLengths = [18, 24, 28, 35, 50, 70, 85, 105, 135, 200] as const;
const focalLengthShares: Record<Domain, readonly number[]> = {
  photos: [0.1, 0.12, 0.1, 0.14, 0.18, 0.1, 0.1, 0.06, 0.05, 0.05],
  faces: [0, 0, 0.03, 0.09, 0.22, 0.2, 0.22, 0.12, 0.08, 0.04],
};

const habits = {
  photos: { indoorShare: 0.45, darkestRoom: 4, highestIso: 6400, steadiness: 0.2 },
  faces: { indoorShare: 0.55, darkestRoom: 6, highestIso: 1600, steadiness: 0.5 },
} as const;

export function drawSettings(random: Random, domain: Domain): Settings {
  const habit = habits[domain];
  const focalLength = drawByShare(random, focalLengths, focalLengthShares[domain]);
  const weather = random.uniform() < habit.indoorShare ? 'indoor' : random.pick(['overcast', 'sun'] as const);
  const exposureValue = drawExposureValue(random, weather, habit.darkestRoom);
  const aperture = drawAperture(random, domain, focalLength, weather);
  const { time, iso } = exposeByHand(random, domain, aperture, focalLength, exposureValue);
  const error = Math.log2((time.exact * 2 ** exposureValue * iso.exact) / (100 * aperture.exact ** 2));
  return {
    tags: { aperture: aperture.marked, exposureTime: time.marked, focalLength, iso: iso.marked },
    aperture: aperture.exact,
    exposureTime: time.exact,
    iso: iso.exact,
    focalLength,
    weather,
    exposureValue,
    exposureError: clamp(error, -2, 1.5) + 0.25 * random.normal(),
  };
}

function drawExposureValue(random: Random, weather: Weather, darkestRoom: number): number {
  switch (weather) {
    case 'indoor':
      return random.between(darkestRoom, 9);
    case 'overcast':
      return random.between(9.5, 13);
    case 'sun':
      return random.between(13, 15.5);
  }
}

/** Near the widest opening of the lens in two of five photos, anywhere else; portraits between f/2.6 and f/6. */
function drawAperture(random: Random, domain: Domain, focalLength: number, weather: Weather): Stop {
  const widest = drawWidestAperture(random, focalLength);
  const stoppedDown = { indoor: 0.8, overcast: 1, sun: 1.2 }[weather];
  let wanted: number;
  if (domain === 'faces') wanted = 2 ** random.between(1.4, 2.6);
  else if (random.uniform() < 0.4) wanted = widest * 2 ** random.between(0, 0.6);
  else wanted = 2 ** (random.between(1.5, 8) / 2) * stoppedDown;
  return nearestStop(apertures, clamp(wanted, widest, 16));
}

/** A prime of f/1.4 where there are such, a zoom of f/2.8, or one of f/3.5 to f/5. */
function drawWidestAperture(random: Random, focalLength: number): number {
  const primeExists = focalLength === 35 || focalLength === 50 || focalLength === 85;
  if (primeExists && random.uniform() < 0.6) return 1.4;
  if (focalLength >= 70 && random.uniform() < 0.5) return 2.8;
  if (random.uniform() < 0.4) return 2.8;
  return focalLength > 50 ? 5 : 3.5;
}

/**
 * The exposure time for the light, N^2 / 2^EV * 100 / ISO; where it is longer than a hand can hold, about 1/f, the
 * sensitivity is raised for it.
 */
function exposeByHand(
  random: Random,
  domain: Domain,
  aperture: Stop,
  focalLength: number,
  exposureValue: number,
): { time: Stop; iso: Stop } {
  const { highestIso, steadiness } = habits[domain];
  const longest = clamp((1 / focalLength) * 2 ** (1.3 * random.normal() - steadiness), 1 / 4000, 1 / 15);
  const firstIso = drawFirstIso(random, domain);
  let iso = firstIso;
  let time = ((aperture.exact ** 2 / 2 ** exposureValue) * 100) / firstIso;
  if (time > longest) {
    iso = clamp((firstIso * time) / longest, 100, highestIso);
    time = (time * firstIso) / iso;
  }
  return { time: nearestStop(exposureTimes, time), iso: nearestStop(sensitivities, iso) };
}

function drawFirstIso(random: Random, domain: Domain): number {
  const draw = random.uniform();
  if (domain === 'faces') return draw < 0.5 ? 200 : 400;
  return draw < 0.4 ? 100 : draw < 0.75 ? 200 : 400;
}

function drawByShare<Item>(random: Random, items: readonly Item[], shares: readonly number[]): Item {
  let rest = random.uniform();
  for (let index = 0; index < items.length - 1; index++) {
    rest -= shares[index] as number;
    if (rest < 0) return items[index] as Item;
  }
  return items[items.length - 1] as Item;
}
