/**
 * Checks what a stage says it measured. NaN, the infinities and null are no value: the metric is kept, with null for
 * its value. A name stands once in a node.
 */
import type { MetricsFile } from '../../config/stage-declaration.ts';
import { FailureError, type Failure, failed, type Result, success } from '../../failure.ts';
import type { Metric } from '../../stage.ts';
import { parseMetricsJson } from './metrics-json.ts';

/** Takes the metrics of one node, one after the other. */
export class MetricList {
  readonly #metrics = new Map<string, Metric>();

  /** Why it cannot be kept; undefined when it can. */
  add(given: unknown): Failure | undefined {
    const read = readMetric(given);
    if (!read.ok) return read.failure;
    const { name } = read.value;
    if (this.#metrics.has(name))
      return invalid(name, 'is there twice', 'give each its own name; repetitions come from seeds alone');
    this.#metrics.set(name, read.value);
    return undefined;
  }

  has = (name: string): boolean => this.#metrics.has(name);
  all = (): readonly Metric[] => [...this.#metrics.values()];
}

/** As many as recorded results may have. */
const longestName = 300;
const longestUnit = 100;

function readMetric(given: unknown): Result<Metric> {
  if (typeof given !== 'object' || given === null) return failed(invalid(shown(given), 'is no metric'));
  const { name, value, direction, unit, count } = given as Partial<Record<keyof Metric, unknown>>;
  if (typeof name !== 'string' || name === '') return failed(invalid('(unnamed)', 'has no name'));
  const fault = (what: string): Result<Metric> => failed(invalid(cut(name), what));
  if (name.length > longestName) return fault(`has a name of more than ${longestName} characters`);
  if (value === undefined) return fault('has no value');
  if (value !== null && typeof value !== 'number')
    return fault(`is ${shown(value)} where a number is expected`);
  if (direction === undefined) return fault('has no direction: higher, lower or none');
  if (direction !== 'higher' && direction !== 'lower' && direction !== 'none')
    return fault(`has the direction ${shown(direction)} where higher, lower or none is expected`);
  if (typeof unit !== 'string') return fault('has no unit');
  if (unit.length > longestUnit) return fault(`has a unit of more than ${longestUnit} characters`);
  if (count !== undefined && !isCount(count))
    return fault(`has the count ${shown(count)} where a whole number is expected`);
  return success({
    name,
    value: Number.isFinite(value) ? value : null,
    direction,
    unit,
    ...(count === undefined ? {} : { count }),
  });
}

const isCount = (count: unknown): count is number => Number.isInteger(count) && (count as number) >= 0;

export interface ReadMetrics {
  readonly metrics: readonly Metric[];
  /** Entries that are no numbers and were left out: `model (a text)`. */
  readonly leftOut: readonly string[];
}

/**
 * A command's file of metrics: a list of metrics, or an object with numbers (or metrics without their name) by name, in
 * groups where the command likes. Texts, truth values and lists in an object are no metrics: they are left out, unless
 * they have a declared direction. Throws a `FailureError`.
 */
export function readMetrics(
  bytes: Uint8Array,
  place: string,
  directions: MetricsFile['directions'] = {},
): ReadMetrics {
  const refuse = (failure: Failure): never => {
    throw new FailureError({ ...failure, place });
  };
  const written = ((): unknown => {
    try {
      return parseMetricsJson(bytes);
    } catch (error) {
      return refuse(unreadable(`cannot be read: ${(error as Error).message}`));
    }
  })();
  if (typeof written !== 'object' || written === null)
    return refuse(unreadable('holds neither an object nor a list'));
  const leftOut: string[] = [];
  const list = new MetricList();
  const given = Array.isArray(written)
    ? written
    : namedMetrics(written, new Map(Object.entries(directions)), leftOut);
  for (const metric of given) {
    const failure = list.add(metric);
    if (failure !== undefined) refuse(failure);
  }
  const absent = Object.keys(directions).find((name) => !list.has(name));
  if (absent !== undefined) {
    const names = list.all().map(({ name }) => name);
    refuse(
      invalid(
        absent,
        'has a declared direction and is not written',
        `written are: ${names.join(', ') || 'none'}`,
      ),
    );
  }
  return { metrics: list.all(), leftOut };
}

type Directions = ReadonlyMap<string, Metric['direction']>;

/** Of any depth, so without recursion. */
function namedMetrics(written: object, directions: Directions, leftOut: string[]): readonly unknown[] {
  const metrics: unknown[] = [];
  const waiting: (readonly [name: string, value: unknown])[] = Object.entries(written).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, value] = next;
    const declared = directions.get(name);
    const direction = declared ?? 'none';
    // Refused by its name, however deep it goes.
    if (name.length > longestName) metrics.push({ name });
    else if (isGroup(value) && Object.hasOwn(value, 'value'))
      metrics.push({ direction, unit: '', ...value, name });
    else if (isGroup(value) && declared === undefined)
      for (const [key, inside] of Object.entries(value).toReversed())
        waiting.push([`${name}.${key}`, inside]);
    else if (declared !== undefined || value === null || typeof value === 'number')
      metrics.push({ name, value, direction, unit: '' });
    else
      leftOut.push(
        `${name} (${Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'a text' : 'true or false'})`,
      );
  }
  return metrics;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that is not what was expected, in short. */
function shown(value: unknown): string {
  return cut(JSON.stringify(value) ?? typeof value);
}

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

const invalid = (
  name: string,
  what: string,
  remedy = 'a metric is { name, value, direction, unit }; null or NaN where there is no value',
): Failure => ({ code: 'METRIC_INVALID', message: `the metric \`${name}\` ${what}`, remedy });

const unreadable = (what: string): Failure => ({
  code: 'METRIC_INVALID',
  message: `the file of metrics ${what}`,
  remedy: 'write numbers by their name, or a list of { name, value, direction, unit }',
});
