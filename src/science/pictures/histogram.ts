/** Shares of scores in bars of equal width. */

export interface ScoreRange {
  readonly low: number;
  readonly high: number;
  /** Whether some scores lie below `low` (they count in the first bar). */
  readonly clipped: boolean;
}

export interface Bar {
  readonly from: number;
  readonly to: number;
  /** Fraction of all scores. */
  readonly share: number;
}

const bars = 24;

/**
 * From the highest score down to the lowest, but not farther below the real faces' middle than three times what lies
 * above it: the likelihoods of generated faces have long tails.
 */
export function likelihoodRange(
  real: Float64Array,
  generated: readonly Float64Array[],
  threshold: number,
): ScoreRange {
  const sorted = real.toSorted();
  const median = sorted[Math.floor(sorted.length / 2)] as number;
  const all = [sorted, ...generated].filter((scores) => scores.length > 0);
  const lowest = Math.min(...all.map((scores) => scores.reduce((a, b) => Math.min(a, b))));
  const highest = Math.max(...all.map((scores) => scores.reduce((a, b) => Math.max(a, b))), threshold);
  const reach = 3 * (highest - median);
  const low = Math.min(Math.max(lowest, median - reach), threshold - reach / 10);
  return { low, high: highest === low ? low + 1 : highest, clipped: lowest < low };
}

export function histogramOf(scores: Float64Array, { low, high }: ScoreRange): Bar[] {
  const counts = new Int32Array(bars);
  const width = (high - low) / bars;
  for (const score of scores) {
    const bar = Math.min(bars - 1, Math.max(0, Math.floor((score - low) / width)));
    counts[bar] = (counts[bar] as number) + 1;
  }
  return Array.from(counts, (count, bar) => ({
    from: low + bar * width,
    to: low + (bar + 1) * width,
    share: count / scores.length,
  }));
}
