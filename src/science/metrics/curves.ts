/** The curves behind the areas: receiver operating characteristic and precision over recall. */
import { checkScores } from './scores.ts';

export interface CurvePlace {
  readonly x: number;
  readonly y: number;
}

/**
 * (false positive rate, true positive rate) from (0, 0) to (1, 1) as the threshold falls, corners alone; the area below
 * it is `areaUnderRoc`. Fails with METRIC_CLASS_EMPTY, METRIC_SCORE_NAN.
 */
export function rocCurve(positive: Float64Array, negative: Float64Array): CurvePlace[] {
  const steps = fallingThresholds(positive, negative).map(({ p, n }) => ({
    x: n / negative.length,
    y: p / positive.length,
  }));
  return corners([{ x: 0, y: 0 }, ...steps]);
}

/**
 * (recall, precision) from the highest threshold to the lowest, both classes weighing the same, as
 * `averagePrecision(..., 'balanced')` takes them. Fails as `rocCurve`.
 */
export function precisionRecallCurve(positive: Float64Array, negative: Float64Array): CurvePlace[] {
  return fallingThresholds(positive, negative)
    .filter(({ p }, place, all) => p > (all[place - 1]?.p ?? 0) || place === all.length - 1)
    .map(({ p, n }) => {
      const [recall, alarms] = [p / positive.length, n / negative.length];
      return { x: recall, y: recall / (recall + alarms) };
    });
}

/** How many of each class score at least as much as each distinct score, from the highest. */
function fallingThresholds(
  positive: Float64Array,
  negative: Float64Array,
): { readonly p: number; readonly n: number }[] {
  checkScores('positive', positive);
  checkScores('negative', negative);
  const [positives, negatives] = [positive.toSorted().toReversed(), negative.toSorted().toReversed()];
  const steps: { p: number; n: number }[] = [];
  let [p, n] = [0, 0];
  while (p < positives.length || n < negatives.length) {
    const score = Math.max(positives[p] ?? -Infinity, negatives[n] ?? -Infinity);
    while (p < positives.length && (positives[p] as number) >= score) p++;
    while (n < negatives.length && (negatives[n] as number) >= score) n++;
    steps.push({ p, n });
  }
  return steps;
}

/** Leaves out what lies on a straight line along an axis. */
function corners(places: readonly CurvePlace[]): CurvePlace[] {
  return places.filter(({ x, y }, at) => {
    const [before, after] = [places[at - 1], places[at + 1]];
    if (before === undefined || after === undefined) return true;
    return !(before.x === x && after.x === x) && !(before.y === y && after.y === y);
  });
}
