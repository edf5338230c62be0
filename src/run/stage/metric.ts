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
 * groups where the command likes. What stands in a metric beside what a metric has is a group of its own: `accuracy.std`.
 * Texts, truth values and lists in an object are no metrics: they are left out, unless they have a declared direction.
 * Throws a `FailureError`.
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
  const entries: readonly Entry[] = Array.isArray(written)
    ? written.map((metric: unknown) => [nameOf(metric), metric, true])
    : Object.entries(written);
  for (const metric of metricsIn(entries, new Map(Object.entries(directions)), leftOut)) {
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

/** `isMetric`: it stands in a list and has its name in itself. */
type Entry = readonly [name: string, value: unknown, isMetric?: boolean];

/** What a metric has; `name` is one of them in a list. */
const attributes: ReadonlySet<string> = new Set(['value', 'direction', 'unit', 'count']);

/** Of any depth, so without recursion. */
function* metricsIn(entries: readonly Entry[], directions: Directions, leftOut: string[]): Generator {
  const waiting = entries.toReversed();
  const enter = (name: string, members: readonly (readonly [string, unknown])[]): void => {
    for (const [key, inside] of members.toReversed())
      waiting.push([key === '' ? '' : `${name}.${key}`, inside]);
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, value, isMetric = false] = next;
    const declared = directions.get(name);
    const direction = declared ?? 'none';
    // Refused by its name: none at all, or however deep it goes.
    if (!isMetric && (name === '' || name.length > longestName)) yield { name };
    else if (isGroup(value) && (isMetric || Object.hasOwn(value, 'value'))) {
      yield isMetric ? value : { direction, unit: '', ...value, name };
      enter(
        name,
        Object.entries(value).filter(([key]) => !attributes.has(key) && !(isMetric && key === 'name')),
      );
    } else if (isMetric) yield value;
    else if (isGroup(value) && declared === undefined) enter(name, Object.entries(value));
    else if (declared !== undefined || value === null || typeof value === 'number')
      yield { name, value, direction, unit: '' };
    else
      leftOut.push(
        `${name} (${Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'a text' : 'true or false'})`,
      );
  }
}

const nameOf = (metric: unknown): string =>
  isGroup(metric) && 'name' in metric && typeof metric.name === 'string' ? metric.name : '';

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
