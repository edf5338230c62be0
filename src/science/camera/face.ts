/**
 * A face in numbers. Lengths are in half widths of the picture before the head's `scale`; u points right, v down, the
 * origin is the middle of the head. What is drawn (render/) and where its landmarks lie (landmarks.ts) both follow from it.
 */
import type { Random } from '../random.ts';

/** Linear red, green and blue. */
export type Colour = readonly [red: number, green: number, blue: number];

export interface Eye {
  /** -1: the eye on the left of the picture, 1: on the right. */
  readonly side: -1 | 1;
  /** Centre. */
  readonly u: number;
  readonly v: number;
  readonly halfWidth: number;
  /** Height of the upper lid's arch above the centre; the lower lid's is .6 of it. */
  readonly opening: number;
  /** The middle of the brow. */
  readonly browV: number;
  /** The eye is drawn narrower by this factor, iris and all. */
  readonly narrowing: number;
  /** How far the iris looks to the right. */
  readonly gaze: number;
  /** The catch-light's place relative to the pupil. */
  readonly catchLight: readonly [u: number, v: number];
}

export interface Mouth {
  readonly u: number;
  readonly v: number;
  readonly halfWidth: number;
  readonly upperLip: number;
  readonly lowerLip: number;
  /** How far the corners rise above the middle. */
  readonly smile: number;
  /** How far the lips stand apart; 0: closed. */
  readonly gap: number;
  /** dv/du of the line between the lips, in half widths. */
  readonly slope: number;
  /** Where the light on the lips comes from: -1 left, 1 right. */
  readonly light: number;
}

export interface Face {
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** Share by which the head is narrower at the chin. */
  readonly jawTaper: number;
  readonly eyeLevel: number;
  readonly eyes: readonly [Eye, Eye];
  /** Half the brows' thickness, and how much they lean outwards. */
  readonly browThickness: number;
  readonly browTilt: number;
  readonly noseLength: number;
  readonly noseWidth: number;
  readonly mouth: Mouth;
  readonly hairline: number;
  /** v down to which hair falls beside the head. */
  readonly hairLength: number;
  readonly hairThickness: number;
  readonly parting: number;
  /** 0: shaven. */
  readonly beard: number;
  readonly skin: Colour;
  readonly hair: Colour;
  readonly iris: Colour;
  readonly shirt: Colour;
  /** Turn of the head: how far its features are shifted to the right. */
  readonly yaw: number;
  /** Tilt of the head, rad. */
  readonly roll: number;
  /** Place of the head in the picture, its half width and height being 1. */
  readonly centreX: number;
  readonly centreY: number;
  readonly scale: number;
  /** Where in the texture its skin and hair lie. */
  readonly textureOffset: number;
}

/** Where the light comes from. Rises from the picture towards the viewer (z); never frontal, so that it tells left from right. */
export interface Light {
  readonly azimuth: number;
  readonly elevation: number;
  /** Unit vector towards the light: right, down, towards the viewer. */
  readonly direction: readonly [x: number, y: number, z: number];
  /** Share of the light that has no direction. */
  readonly ambient: number;
}

const hairColours: readonly Colour[] = [
  [0.012, 0.01, 0.009],
  [0.05, 0.028, 0.015],
  [0.11, 0.06, 0.03],
  [0.32, 0.22, 0.1],
  [0.22, 0.08, 0.03],
  [0.35, 0.35, 0.36],
];
const irisColours: readonly Colour[] = [
  [0.05, 0.03, 0.02],
  [0.1, 0.06, 0.03],
  [0.1, 0.2, 0.35],
  [0.1, 0.2, 0.1],
];

/** Large features that tell left from right and up from down, so that a flipped eye or mouth can be seen. */
export function drawFace(random: Random, light: Light): Face {
  const eyeLevel = random.between(-0.18, -0.1);
  return {
    halfWidth: random.between(0.56, 0.68),
    halfHeight: random.between(0.74, 0.86),
    jawTaper: random.between(0.05, 0.3),
    eyeLevel,
    eyes: drawEyes(random, eyeLevel, light),
    browThickness: random.between(0.03, 0.055),
    browTilt: random.between(-0.25, 0.25),
    noseLength: random.between(0.26, 0.34),
    noseWidth: random.between(0.09, 0.13),
    mouth: {
      u: 0,
      v: random.between(0.4, 0.47),
      halfWidth: random.between(0.26, 0.34),
      upperLip: random.between(0.045, 0.07),
      lowerLip: random.between(0.085, 0.125),
      smile: random.between(0.02, 0.14),
      gap: random.uniform() < 0.35 ? random.between(0.015, 0.06) : 0,
      slope: 0,
      light: lightFrom(light, 0)[0],
    },
    hairline: random.between(-0.62, -0.42),
    hairLength: random.uniform() < 0.5 ? random.between(0.2, 1.2) : random.between(-0.4, -0.1),
    hairThickness: random.between(0.06, 0.16),
    parting: random.between(-0.4, 0.4),
    beard: random.uniform() < 0.25 ? random.between(0.2, 0.7) : 0,
    skin: drawSkin(random),
    hair: varied(random, random.pick(hairColours), 0.15),
    iris: random.pick(irisColours),
    shirt: drawMutedColour(random, [0.03, 0.03, 0.03], 0.7),
    yaw: 0.06 * random.normal(),
    roll: 0.07 * random.normal(),
    centreX: 0.03 * random.normal(),
    centreY: random.between(0, 0.08),
    scale: random.between(1.1, 1.2),
    textureOffset: random.between(0, 200),
  };
}

/** The direction of the light with its azimuth turned, on the picture's plane: right, down. */
export function lightFrom(light: Light, turn: number): readonly [number, number] {
  return [Math.sin(light.azimuth + turn) * Math.cos(light.elevation), -Math.sin(light.elevation)];
}

/** The catch-light's place for light whose azimuth is turned. */
export function catchLightFrom(light: Light, turn: number): readonly [number, number] {
  const [x, y] = lightFrom(light, turn);
  return [0.055 * x, 0.045 * y];
}

/** Between random limits, most of the saturation taken out. */
export function drawMutedColour(random: Random, darkest: Colour, brightest: number): Colour {
  const [red, green, blue] = darkest.map((low) => random.between(low, brightest)) as unknown as Colour;
  const grey = (red + green + blue) / 3;
  const muted = (value: number): number => grey + 0.45 * (value - grey);
  return [muted(red), muted(green), muted(blue)];
}

function drawEyes(random: Random, level: number, light: Light): readonly [Eye, Eye] {
  const offset = random.between(0.27, 0.31);
  const halfWidth = random.between(0.17, 0.205);
  const opening = random.between(0.09, 0.125);
  const browRise = random.between(0.16, 0.2);
  const gaze = 0.025 * random.normal();
  const unevenness = 0.008 * random.normal();
  const eye = (side: -1 | 1): Eye => ({
    side,
    u: side * offset,
    v: level + side * unevenness,
    halfWidth,
    opening,
    browV: level - browRise,
    narrowing: 1,
    gaze,
    catchLight: catchLightFrom(light, 0),
  });
  return [eye(-1), eye(1)];
}

function drawSkin(random: Random): Colour {
  const lightness = random.uniform();
  const skin: Colour = [
    0.1 + 0.62 * lightness ** 0.8,
    0.05 + 0.42 * lightness ** 0.9,
    0.03 + 0.32 * lightness,
  ];
  return varied(random, skin, 0.06);
}

function varied(random: Random, [red, green, blue]: Colour, deviation: number): Colour {
  return [
    red * random.logNormal(1, deviation),
    green * random.logNormal(1, deviation),
    blue * random.logNormal(1, deviation),
  ];
}
