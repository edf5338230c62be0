/** The course of a training run: the mean loss of every few steps. Plain data, so that a checkpoint can hold it. */
export interface Curve {
  readonly points: CurvePoint[];
  /** Steps since the last point. */
  window: { readonly steps: number; readonly sums: Readonly<Record<string, number>> };
}

export interface CurvePoint {
  /** Steps taken. */
  readonly step: number;
  /** Counted from 0, of the last of these steps. */
  readonly epoch: number;
  /** Of the last of these steps. */
  readonly learningRate: number;
  /** Means since the point before, `total` among them. */
  readonly loss: Readonly<Record<string, number>>;
}

export interface CurveStep {
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  /** Loss parts. */
  readonly loss: Readonly<Record<string, number>>;
  /** Makes a point whatever the number of steps since the last. */
  readonly last: boolean;
}

const stepsPerPoint = 20;

export function emptyCurve(): Curve {
  return { points: [], window: { steps: 0, sums: {} } };
}

/** Takes a step in. */
export function extendCurve(curve: Curve, { step, epoch, learningRate, loss, last }: CurveStep): void {
  const sums = Object.fromEntries(
    Object.entries({ ...loss, total: Object.values(loss).reduce((sum, part) => sum + part, 0) }).map(
      ([name, value]) => [name, (curve.window.sums[name] ?? 0) + value],
    ),
  );
  const steps = curve.window.steps + 1;
  curve.window = { steps, sums };
  if (steps < stepsPerPoint && !last) return;
  const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / steps]));
  curve.points.push({ step, epoch, learningRate, loss: means });
  curve.window = { steps: 0, sums: {} };
}
