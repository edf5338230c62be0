/** Checks what a stage says it measured. */
import type { MetricsFile } from '../../config/stage-declaration.ts';
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

/**
 * The text of a command's file of metrics: a list of metrics, or numbers (or metrics without their name) by name, in
 * groups where the command likes. Throws a `FailureError`.
 */
export function readMetrics(
  text: string,
  place: string,
  directions: MetricsFile['directions'] = {},
): readonly Metric[] {
  const parsed = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new FailureError({ ...invalid(place, `is no JSON: ${(error as Error).message}`), place });
    }
  })();
  const metrics = Array.isArray(parsed) ? (parsed as unknown[]) : namedMetrics(parsed, '', directions);
  for (const metric of metrics) {
    const failure = faultInMetric(metric);
    if (failure !== undefined) throw new FailureError({ ...failure, place });
  }
  const names = (metrics as Metric[]).map(({ name }) => name);
  const absent = Object.keys(directions).find((name) => !names.includes(name));
  if (absent !== undefined)
    throw new FailureError({
      ...invalid(absent, 'has a declared direction and is not written'),
      place,
      remedy: `written are: ${names.join(', ') || 'none'}`,
    });
  return metrics as Metric[];
}

function namedMetrics(
  value: unknown,
  name: string,
  directions: MetricsFile['directions'],
): readonly unknown[] {
  const direction = directions[name] ?? 'none';
  if (typeof value !== 'object' || value === null) return [{ name, value, direction, unit: '' }];
  if (name !== '' && 'value' in value) return [{ direction, unit: '', ...value, name }];
  return Object.entries(value).flatMap(([key, inside]) =>
    namedMetrics(inside, name === '' ? key : `${name}.${key}`, directions),
  );
}

const invalid = (name: string, what: string): Failure => ({
  code: 'METRIC_INVALID',
  message: `the metric \`${name}\` ${what}`,
  remedy: 'a metric is { name, value, direction, unit } with a finite value',
});
