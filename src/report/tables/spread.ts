/** Mean and sample standard deviation. */

export interface Spread {
  readonly mean: number;
  /** With n - 1; 0 for a single value. */
  readonly deviation: number;
}

/** In two passes, so that close values of any size keep their deviation. At least one value. */
export function describe(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2 || values.every((value) => value === values[0]))
    return { mean: values.length < 2 ? mean : (values[0] ?? mean), deviation: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
