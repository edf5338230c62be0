/** What stands before the camera: a face, the light on it, what is behind it, and how far away both are. */
import type { Random } from '../random.ts';
import { drawFace, drawMutedColour, type Colour, type Face, type Light } from './face.ts';
import type { Settings, Weather } from './settings.ts';

type BackdropKind = 'blotches' | 'bricks' | 'foliage' | 'lamps';

export interface Backdrop {
  readonly kind: BackdropKind;
  readonly light: Colour;
  readonly dark: Colour;
  /** rad */
  readonly angle: number;
  /** Size of its parts, m. */
  readonly grain: number;
  readonly textureOffset: number;
}

export interface Scene {
  readonly face: Face;
  readonly light: Light;
  /** The colour of the light. */
  readonly illuminant: Colour;
  readonly backdrop: Backdrop;
  /** From the camera to the face and to the backdrop, m. */
  readonly subjectDistance: number;
  readonly backdropDistance: number;
}

/** The picture is this wide at the face, m. */
export const frameWidth = 0.3;

/** The photographer steps back until the face fills the frame: distance = focal length / magnification. */
export function drawScene(random: Random, settings: Settings): Scene {
  const { weather, focalLength } = settings;
  const light = drawLight(random, weather);
  const magnification = 0.05 * random.logNormal(1, 0.12);
  const subjectDistance = focalLength / 1000 / magnification;
  const depth = weather === 'indoor' ? random.between(0.7, 3) : random.between(1.5, 15);
  return {
    face: drawFace(random, light),
    light,
    illuminant: drawIlluminant(random, weather),
    backdrop: drawBackdrop(random, weather),
    subjectDistance,
    backdropDistance: subjectDistance + depth,
  };
}

function drawLight(random: Random, weather: Weather): Light {
  const azimuth = (random.uniform() < 0.5 ? -1 : 1) * random.between(0.35, 1.2);
  const elevation = random.between(0.1, 1);
  const [dimmest, brightest] = ambientLimits[weather];
  const ambient = random.between(dimmest, brightest);
  const level = Math.cos(elevation);
  return {
    azimuth,
    elevation,
    direction: [Math.sin(azimuth) * level, -Math.sin(elevation), Math.cos(azimuth) * level],
    ambient,
  };
}

const ambientLimits: Record<Weather, readonly [number, number]> = {
  indoor: [0.3, 0.55],
  overcast: [0.45, 0.65],
  sun: [0.2, 0.4],
};

function drawIlluminant(random: Random, weather: Weather): Colour {
  switch (weather) {
    case 'indoor':
      return [random.between(1.1, 1.5), 1, random.between(0.5, 0.75)];
    case 'overcast':
      return [0.95, 1, random.between(1.05, 1.2)];
    case 'sun':
      return [1.05, 1, random.between(0.88, 1)];
  }
}

function drawBackdrop(random: Random, weather: Weather): Backdrop {
  const light = drawMutedColour(random, [0.05, 0.05, 0.05], 0.7);
  return {
    kind: random.pick(weather === 'indoor' ? indoorBackdrops : outdoorBackdrops),
    light: weather === 'sun' ? sunlit(light) : light,
    dark: drawMutedColour(random, [0.02, 0.05, 0.02], 0.5),
    angle: random.between(-0.2, 0.2),
    grain: random.logNormal(0.12, 0.35),
    textureOffset: random.between(0, 200),
  };
}

function sunlit([red, green, blue]: Colour): Colour {
  return [Math.min(1, 1.3 * red + 0.1), Math.min(1, 1.3 * green + 0.1), Math.min(1, 1.3 * blue + 0.1)];
}

const indoorBackdrops: readonly BackdropKind[] = ['blotches', 'bricks', 'bricks', 'lamps'];
const outdoorBackdrops: readonly BackdropKind[] = ['blotches', 'foliage', 'foliage', 'bricks'];
