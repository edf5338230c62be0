/** Whether a difference between two results is more than other seeds would make. */

export interface Measured {
  readonly value: number;
  /** Sample standard deviation over repetitions. */
  readonly deviation?: number;
  readonly repetitions?: number;
}

/** Student's t, 97.5 %, for 1 to 30 degrees of freedom. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;

/**
 * True where the difference lies inside the 95 % interval of Welch's t test; with repetitions on one side alone, where
 * the single result lies inside the prediction interval of the others. Undefined without repetitions: nobody knows.
 */
export function withinNoise(before: Measured, after: Measured): boolean | undefined {
  const sides = [spreadOf(before), spreadOf(after)].filter((side) => side !== undefined);
  const [one, two] = sides;
  if (one === undefined) return undefined;
  const difference = Math.abs(after.value - before.value);
  if (two === undefined) {
    const error = Math.sqrt(one.variance * (1 + 1 / one.n));
    return difference <= quantile(one.n - 1) * error;
  }
  const [a, b] = [one.variance / one.n, two.variance / two.n];
  if (a + b === 0) return difference === 0;
  const freedom = (a + b) ** 2 / (a ** 2 / (one.n - 1) + b ** 2 / (two.n - 1));
  return difference <= quantile(Math.floor(freedom)) * Math.sqrt(a + b);
}

function spreadOf({ deviation, repetitions }: Measured): { variance: number; n: number } | undefined {
  if (deviation === undefined || repetitions === undefined || repetitions < 2) return undefined;
  return { variance: deviation ** 2, n: repetitions };
}

/** Rounded down to a whole degree of freedom, which only widens the interval; 2.042 beyond 30. */
const quantile = (freedom: number): number =>
  quantiles[Math.min(quantiles.length, Math.max(1, freedom)) - 1] ?? 1.96;
