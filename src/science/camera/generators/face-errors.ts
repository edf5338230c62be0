/** The mistakes of generators in faces: eyes that disagree, light from two sides, a mouth out of place. */
import type { Random } from '../../random.ts';
import { catchLightFrom, lightFrom, type Eye, type Face, type Light } from '../face.ts';
import { clamp } from '../interval.ts';

/** The face with errors of a strength; 0 gives the face itself. Each error has its own normal deviate. */
export function drawFaceErrors(random: Random, face: Face, light: Light, strength: number): Face {
  const error = (deviation: number): number => deviation * strength * random.normal();
  const gaze = error(0.03);
  const level = error(0.018);
  const catchLightShift = error(0.02);
  const [catchLightU, catchLightV] = catchLightFrom(light, error(1.2));
  const lipLight = lightFrom(light, error(1.2))[0];
  const size = error(0.12);
  const shift = error(0.04);
  const slope = error(0.05);
  const wrong = (eye: Eye): Eye => ({
    ...eye,
    v: eye.v + eye.side * level,
    browV: eye.browV - 2 * eye.side * level,
    gaze: eye.gaze + eye.side * gaze,
    narrowing: clamp(1 + eye.side * size, 0.65, 1.35),
    catchLight: [catchLightU + eye.side * catchLightShift, catchLightV],
  });
  const [left, right] = face.eyes;
  return {
    ...face,
    eyes: [wrong(left), wrong(right)],
    mouth: { ...face.mouth, u: face.mouth.u + shift, slope: face.mouth.slope + slope, light: lipLight },
  };
}
