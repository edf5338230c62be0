/**
 * The photographic scales in third stops. A camera sets an exact power of two and writes the customary round number:
 * "f/5.6" is 5.657, "1/60" is 1/62.5 s, "ISO 125" is 126 (ISO 12232, CIPA DC-008).
 */
export interface Stop {
  /** What the camera does. */
  readonly exact: number;
  /** What it writes into the file. */
  readonly marked: number;
}

/** Stops in rising order of their exact values, evenly spaced in the logarithm. */
type Scale = readonly Stop[];

/** f-numbers, 1.4 to 16: a stop is a factor of sqrt(2). */
export const apertures = scale(
  2 ** 0.5,
  6,
  [1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3.2, 3.5, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9, 10, 11, 13, 14, 16],
);

/** Seconds, 1/4000 to 1/15. */
export const exposureTimes = scale(
  1 / 4000,
  3,
  [
    4000, 3200, 2500, 2000, 1600, 1250, 1000, 800, 640, 500, 400, 320, 250, 200, 160, 125, 100, 80, 60, 50,
    40, 30, 25, 20, 15,
  ].map((denominator) => 1 / denominator),
);

/** ISO 100 to 6400. */
export const sensitivities = scale(
  100,
  3,
  [100, 125, 160, 200, 250, 320, 400, 500, 640, 800, 1000, 1250, 1600, 2000, 2500, 3200, 4000, 5000, 6400],
);

/** The stop of a scale whose exact value is nearest to `value`, by ratio. */
export function nearestStop(scale: Scale, value: number): Stop {
  const first = scale[0] as Stop;
  const last = scale[scale.length - 1] as Stop;
  const steps = (scale.length - 1) / Math.log2(last.exact / first.exact);
  const index = Math.round(Math.log2(value / first.exact) * steps);
  return scale[Math.max(0, Math.min(scale.length - 1, index))] as Stop;
}

function scale(first: number, stepsPerDoubling: number, marks: readonly number[]): Scale {
  return marks.map((marked, step) => ({ exact: first * 2 ** (step / stepsPerDoubling), marked }));
}
