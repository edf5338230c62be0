/**
 * A `sweep:` as it is written:
 *
 *     sweep:
 *       gmm.components: [1, 2, 4..8]     # a grid with what follows
 *       zip: { a: 1..3, b: [x, y, z] }   # in step; a list of such mappings makes several
 *       union: [{ c: 1..2 }, { d: [7] }] # sweeps one after the other
 *       seeds: 5                         # seed and the four numbers after it
 *       exclude: [{ gmm.components: 1, a: [1, 2] }]
 */
import { describeValue, isNull, partAt, textOf, type Located, type LocatedMapping } from './located.ts';
import { gather } from './diagnostic.ts';
import { mostPoints } from './most-points.ts';
import { nearestName, oneOf } from './nearest.ts';
import { optionValueOf } from './option-value.ts';
import type { Axis } from './override.ts';
import { isParameterPath } from './parameter-path.ts';
import { parseRange } from './range.ts';
import { resolve, type Reading } from './resolve.ts';
import type { Origin } from './source.ts';
import { axesOf, countOf, noSweep, pointsOf, tooManyPoints, type Sweep, type SweepPart } from './sweep.ts';

/** What is wrong with it is among the reading's diagnostics: `SWEEP_KIND`, `SWEEP_LENGTHS`, `SWEEP_EMPTY`, `SWEEP_TOO_LARGE`. */
export function readSweep(value: Located | undefined, reading: Reading): Sweep {
  if (value === undefined || isNull(value)) return noSweep;
  const { swept = { count: 0 } } = reading;
  if (swept.count > mostPoints) {
    const message = `the sweeps of this stage have more than ${mostPoints} points together`;
    gather(reading.diagnostics, [{ code: 'SWEEP_TOO_LARGE', message, origin: value.origin }]);
    return noSweep;
  }
  const sweep = readParts(value, reading);
  const excess = tooManyPoints(sweep);
  if (excess !== undefined) {
    gather(reading.diagnostics, [excess]);
    swept.count += mostPoints;
    return noSweep;
  }
  swept.count += countOf(sweep);
  checkExclusions(sweep, value.origin, reading);
  return sweep;
}

function readParts(value: Located, reading: Reading): Sweep {
  if (value.kind !== 'mapping') {
    refuse(value, 'a sweep', 'a mapping from parameters to their values', reading);
    return noSweep;
  }
  const parts: SweepPart[] = [];
  const exclude: (readonly Axis[])[] = [];
  for (const [name, { key, value: inside }] of value.entries) {
    if (name === 'zip')
      for (const each of mappingsIn(inside, 'zip', reading)) parts.push(...zipOf(each, reading));
    else if (name === 'union') {
      const sweeps = mappingsIn(inside, 'union', reading).map((each) => readParts(each, reading));
      parts.push({ kind: 'union', sweeps });
    } else if (name === 'exclude') {
      for (const each of mappingsIn(inside, 'exclude', reading)) exclude.push(exclusionOf(each, reading));
    } else if (isMisspelt(name, reading)) {
      reading.diagnostics.push({
        code: 'SWEEP_KIND',
        message: `${name} is neither a parameter nor a word of sweeps`,
        origin: key,
        expected: `a parameter, or one of ${words.join(', ')}`,
        nearest: nearestName(name, words),
      });
    } else {
      const axis = name === 'seeds' ? seedsOf(inside, key, reading) : axisOf(name, key, inside, reading);
      if (axis !== undefined) parts.push({ kind: 'values', axis });
    }
  }
  return { parts, exclude };
}

const words = ['zip', 'union', 'exclude', 'seeds'];

const isMisspelt = (name: string, { scope }: Reading): boolean =>
  name !== 'seeds' &&
  partAt(scope.tree, name.split('.')) === undefined &&
  nearestName(name, words) !== undefined;

/** One mapping, or a list of them. */
function mappingsIn(value: Located, word: string, reading: Reading): readonly LocatedMapping[] {
  const list = value.kind === 'sequence' ? value.items : [value];
  return list.flatMap((item) => {
    if (item.kind === 'mapping') return [item];
    refuse(item, `an entry of ${word}`, 'a mapping from parameters to their values', reading);
    return [];
  });
}

function zipOf(mapping: LocatedMapping, reading: Reading): readonly SweepPart[] {
  const axes = axesIn(mapping, reading);
  const [first] = axes;
  if (first === undefined) return [];
  const other = axes.find(({ values }) => values.length !== first.values.length);
  if (other === undefined) return [{ kind: 'zip', axes }];
  reading.diagnostics.push({
    code: 'SWEEP_LENGTHS',
    message: `parameters in step need as many values each: ${axes.map(({ path, values }) => `${path} has ${values.length}`).join(', ')}`,
    origin: other.origin,
  });
  return [];
}

const axesIn = ({ entries }: LocatedMapping, reading: Reading): readonly Axis[] =>
  [...entries].flatMap(([path, { key, value }]) => axisOf(path, key, value, reading) ?? []);

/** A single value stands for itself. */
const exclusionOf = ({ entries }: LocatedMapping, reading: Reading): readonly Axis[] =>
  [...entries].map(([path, { key: origin, value }]) => ({
    path,
    origin,
    values: value.kind === 'mapping' ? [value] : valuesIn(value, reading),
  }));

function axisOf(path: string, origin: Origin, value: Located, reading: Reading): Axis | undefined {
  if (!isParameterPath(path)) {
    reading.diagnostics.push({
      code: 'SWEEP_KIND',
      message: `${JSON.stringify(path)} is not the path of a parameter`,
      origin,
      expected: 'a dotted path such as gmm.components, or zip, union, exclude, seeds',
    });
    return undefined;
  }
  const resolved = value.kind === 'sequence' ? value : resolve(value, reading);
  if (resolved === undefined) return undefined;
  const isList = resolved.kind === 'sequence' || rangeIn(resolved).kind !== 'none';
  const values = isList ? valuesIn(resolved, reading) : [];
  if (values.length > 0) return { path, origin, values };
  refuse(
    resolved,
    'the values of a sweep',
    'a list with at least one value, or a range such as 1..5',
    reading,
  );
  return undefined;
}

/** The items of a list, ranges among them as their numbers. */
function valuesIn(value: Located, reading: Reading): readonly Located[] {
  const items = value.kind === 'sequence' ? value.items : [value];
  const values: Located[] = [];
  for (const item of items) {
    if (values.length > mostPoints) break; // enough to be refused
    const range = rangeIn(item);
    if (range.kind === 'none') values.push(item);
    else if (range.kind === 'endless')
      refuse(item, 'a range', 'a step that leads from its start to its end', reading);
    else
      for (const number of range.values) values.push({ kind: 'scalar', value: number, origin: item.origin });
  }
  return values;
}

/** Quotes make a text of it. */
function rangeIn(value: Located): ReturnType<typeof parseRange> {
  const text = textOf(value);
  const { source, start } = value.origin;
  return text === undefined || /^["']/.test(source.text.slice(start, start + 1))
    ? { kind: 'none' }
    : parseRange(text);
}

/** The seed as it is and the numbers after it, so that the first point is what runs without a sweep. */
function seedsOf(value: Located, origin: Origin, reading: Reading): Axis | undefined {
  const count = value.kind === 'scalar' ? value.value : undefined;
  const seed = partAt(reading.scope.tree, ['seed']);
  const first = seed?.kind === 'scalar' ? seed.value : undefined;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > 100_000) {
    refuse(value, 'seeds', 'how many: an integer from 1 to 100,000', reading);
    return undefined;
  }
  if (typeof first !== 'number' || !Number.isInteger(first)) {
    reading.diagnostics.push({
      code: 'SWEEP_KIND',
      message: 'seeds counts on from the parameter seed, which is no integer here',
      origin,
      remedy: 'give the values: seed: [1, 2, 3]',
    });
    return undefined;
  }
  const values = Array.from({ length: count }, (_, index): Located => ({
    kind: 'scalar',
    value: first + index,
    origin: value.origin,
  }));
  return { path: 'seed', origin, values };
}

function checkExclusions(sweep: Sweep, origin: Origin, reading: Reading): void {
  const paths = new Set(axesOf(sweep).map(({ path }) => path));
  for (const stray of sweep.exclude.flat().filter(({ path }) => !paths.has(path))) {
    reading.diagnostics.push({
      code: 'SWEEP_KIND',
      message: `exclude names ${stray.path}, which this sweep does not set`,
      origin: stray.origin,
      get expected() {
        return oneOf([...paths]);
      },
    });
  }
  if (sweep.parts.length > 0 && sweep.exclude.length > 0 && pointsOf(sweep).length === 0)
    reading.diagnostics.push({
      code: 'SWEEP_EMPTY',
      message: 'exclude leaves no point of the sweep',
      origin,
    });
}

function refuse(value: Located, what: string, expected: string, reading: Reading): void {
  const option = value.kind === 'scalar' ? optionValueOf(value) : undefined;
  reading.diagnostics.push({
    code: 'SWEEP_KIND',
    // Each of several values of -S is one point: they are wrong together.
    message: `${what} cannot be ${option?.text ?? describeValue(value)}`,
    origin: option?.origin ?? value.origin,
    expected,
    ...(option === undefined ? {} : { remedy: option.asList }),
  });
}
