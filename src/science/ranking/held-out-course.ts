/**
 * How the measures on held-out faces go during training, and when they say that it has gone on long enough. Plain data, so
 * that a checkpoint can hold it; what is decided depends on the measurements alone.
 */
import { tagNames } from './labels.ts';
import type { HeldOutResult } from './held-out.ts';
import type { LossOptions } from './objective.ts';

export interface Measurement {
  /** Steps taken. */
  readonly step: number;
  /** Share of pairs in the right order, for each tag in which two photographs differ; empty without the ranking loss. */
  readonly ranking: Readonly<Record<string, number>>;
  /** Mean area under the ROC over the manipulations; null without that loss. */
  readonly manipulation: number | null;
  /** What early stopping goes by: the mean of the ranking shares and the manipulation's area, those there are. */
  readonly score: number;
}

export interface MeasureOptions {
  /** Epochs or steps between measurements. */
  readonly every: number;
  readonly unit: 'epoch' | 'step';
  /** At most so many of the held-out faces are looked at. */
  readonly faces: number;
  /** So many measurements without a better one end the training, which then gives the weights of the best; null: none do. */
  readonly patience?: number | null;
}

export function isDue({ every, unit }: MeasureOptions, step: number, stepsPerEpoch: number): boolean {
  return step > 0 && step % (unit === 'step' ? every : every * stepsPerEpoch) === 0;
}

export function measurementOf(step: number, result: HeldOutResult, loss: LossOptions): Measurement {
  const ranking = Object.fromEntries(
    loss.exif
      ? tagNames.flatMap((name) => {
          const { share, pairs } = result.ranking[name];
          return pairs === 0 ? [] : [[name, share]];
        })
      : [],
  );
  const manipulation = loss.manipulation ? mean(Object.values(result.manipulation)) : null;
  const parts = [Object.values(ranking), manipulation ?? []]
    .filter((values) => typeof values === 'number' || values.length > 0)
    .map((values) => (typeof values === 'number' ? values : mean(values)));
  return { step, ranking, manipulation, score: parts.length === 0 ? 0 : mean(parts) };
}

/** The first of those with the highest score. */
export function bestOf(measurements: readonly Measurement[]): Measurement | undefined {
  return measurements.reduce<Measurement | undefined>(
    (best, each) => (best === undefined || each.score > best.score ? each : best),
    undefined,
  );
}

/** Whether the last `patience` measurements brought nothing better. */
export function hasStalled(measurements: readonly Measurement[], patience: number): boolean {
  const best = bestOf(measurements);
  return best !== undefined && measurements.length - 1 - measurements.indexOf(best) >= patience;
}

/** `ranking aperture 71 %, iso 91 %; manipulation 93 %`. */
export function describeMeasurement({ ranking, manipulation }: Measurement): string {
  const tags = Object.entries(ranking).map(([name, share]) => `${name} ${percent(share)}`);
  return [
    ...(tags.length === 0 ? [] : [`ranking ${tags.join(', ')}`]),
    ...(manipulation === null ? [] : [`manipulation AUC ${percent(manipulation)}`]),
  ].join('; ');
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
