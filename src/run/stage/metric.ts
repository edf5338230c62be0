/** Checks what a stage says it measured. */
import { FailureError, type Failure } from '../../failure.ts';
import type { Metric } from '../../stage.ts';

/** Why it cannot be kept; undefined when it can. */
export function faultInMetric(metric: unknown): Failure | undefined {
  if (typeof metric !== 'object' || metric === null) return invalid(String(metric), 'is no metric');
  const { name, value, direction, unit, count } = metric as Partial<Record<keyof Metric, unknown>>;
  if (typeof name !== 'string' || name === '') return invalid('(unnamed)', 'has no name');
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return invalid(name, `is ${String(value)} where a finite number is expected`);
  }
  if (direction !== 'higher' && direction !== 'lower' && direction !== 'none') {
    return invalid(name, `has the direction ${String(direction)} where higher, lower or none is expected`);
  }
  if (typeof unit !== 'string') return invalid(name, 'has no unit');
  if (count !== undefined && !(Number.isInteger(count) && (count as number) >= 0)) {
    return invalid(name, `has the count ${JSON.stringify(count)} where a whole number is expected`);
  }
  return undefined;
}

/** The text of a command's `metrics.json`: a list of metrics. Throws a `FailureError`. */
export function readMetrics(text: string, place: string): readonly Metric[] {
  const parsed = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new FailureError({
        ...invalid('metrics.json', `is no JSON: ${(error as Error).message}`),
        place,
      });
    }
  })();
  if (!Array.isArray(parsed)) {
    throw new FailureError({ ...invalid('metrics.json', 'is no list of metrics'), place });
  }
  for (const metric of parsed as unknown[]) {
    const failure = faultInMetric(metric);
    if (failure !== undefined) throw new FailureError({ ...failure, place });
  }
  return parsed as Metric[];
}

const invalid = (name: string, what: string): Failure => ({
  code: 'METRIC_INVALID',
  message: `the metric \`${name}\` ${what}`,
  remedy: 'a metric is { name, value, direction, unit } with a finite value',
});
