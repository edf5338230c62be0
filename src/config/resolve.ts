/**
 * Replaces references by the parameters they lead to. Text that is nothing but one `${...}` becomes the value itself
 * and keeps the place where that value was written; `...: ${group}` spreads a group into a mapping.
 */
import { isFull, type Diagnostic } from './diagnostic.ts';
import {
  describeValue,
  isNull,
  partAt,
  textOf,
  type Located,
  type LocatedEntry,
  type LocatedMapping,
} from './located.ts';
import { isInputMapping } from './parameter-path.ts';
import { unknownParameter } from './parameters.ts';
import { describeRing } from './ring.ts';
import type { ResolvedParameter, Scope } from './scope.ts';
import { sizeOf } from './size.ts';
import type { Origin } from './source.ts';
import { parseTemplate, wholeReference, type TemplatePiece } from './template.ts';

/** What a resolution gathers on its way. */
export interface Reading {
  readonly scope: Scope;
  readonly diagnostics: Diagnostic[];
  /** Paths of the parameters that the result depends on. */
  readonly reads: Set<string>;
  /** Paths that are being resolved, outermost first. */
  readonly open: readonly string[];
  /** How many points the sweeps of a stage have had so far. */
  readonly swept?: { count: number };
}

const spread = '...';
const longestText = 1_000_000;
const mostValues = 1_000_000;
const longestChain = 200;

/**
 * Undefined where something is wrong: `PARAM_UNKNOWN`, `PARAM_MISSING` (null where text is needed),
 * `REFERENCE_CYCLE`, `REFERENCE_KIND`, `REFERENCE_TOO_LARGE`.
 */
export function resolve(value: Located, reading: Reading): Located | undefined {
  if (isPlain(value)) return bounded(value, reading);
  switch (value.kind) {
    case 'scalar':
      return resolveText(String(value.value), value.origin, reading);
    case 'sequence': {
      const items = value.items.map((item) => resolve(item, reading));
      return items.includes(undefined)
        ? undefined
        : bounded({ ...value, items: items as Located[] }, reading);
    }
    case 'mapping':
      return resolveMapping(value, reading);
  }
}

const plain = new WeakMap<Located, boolean>();

/** Whether nothing in it is to be replaced: most values are so, and are looked at from many places. */
function isPlain(value: Located): boolean {
  if (value.kind === 'scalar') return typeof value.value !== 'string' || !value.value.includes('${');
  const known = plain.get(value);
  if (known !== undefined) return known;
  const found =
    value.kind === 'sequence'
      ? value.items.every(isPlain)
      : !value.entries.has(spread) && [...value.entries.values()].every((entry) => isPlain(entry.value));
  plain.set(value, found);
  return found;
}

/** The value of a parameter, resolved; `origin` is where it is asked for. */
function resolveParameter(path: string, origin: Origin, reading: Reading): Located | undefined {
  const { scope, diagnostics, open } = reading;
  const from = open.indexOf(path);
  if (from !== -1) {
    const ring = describeRing(open.slice(from));
    diagnostics.push({
      code: 'REFERENCE_CYCLE',
      message: `references go round in a ring: ${ring}`,
      origin,
      remedy: 'give one of them a value of its own',
    });
    return undefined;
  }
  if (open.length >= longestChain) {
    diagnostics.push({
      code: 'REFERENCE_TOO_LARGE',
      message: `more than ${longestChain} references lead to one another`,
      origin,
    });
    return undefined;
  }
  let known = scope.resolved.get(path);
  if (known === undefined) {
    known = look(path, origin, reading);
    scope.resolved.set(path, known);
  }
  for (const read of known.reads) reading.reads.add(read);
  return known.value;
}

function look(path: string, origin: Origin, outer: Reading): ResolvedParameter {
  const reads = new Set([path]);
  const reading: Reading = { ...outer, reads, open: [...outer.open, path] };
  const keys = path.split('.');
  const raw = partAt(outer.scope.tree, keys);
  if (raw !== undefined) return { value: resolve(raw, reading), reads };
  const value = lookBehindReferences(keys, origin, reading);
  if (value === undefined) {
    outer.diagnostics.push(unknownParameter(outer.scope.tree, path, origin));
  }
  return { value: value === 'reported' ? undefined : value, reads };
}

/** `group.name` where `group` is itself a reference or has a spread in it. */
function lookBehindReferences(
  keys: readonly string[],
  origin: Origin,
  reading: Reading,
): Located | 'reported' | undefined {
  for (let length = keys.length - 1; length > 0; length -= 1) {
    const raw = partAt(reading.scope.tree, keys.slice(0, length));
    if (raw === undefined) continue;
    const leadsOn =
      (raw.kind === 'mapping' && raw.entries.has(spread)) || wholeReference(textOf(raw) ?? '') !== undefined;
    if (!leadsOn) return undefined;
    const group = resolveParameter(keys.slice(0, length).join('.'), origin, reading);
    return group === undefined ? 'reported' : partAt(group, keys.slice(length));
  }
  return undefined;
}

function resolveText(text: string, origin: Origin, reading: Reading): Located | undefined {
  const placeOf = placesIn(text, origin);
  const whole = wholeReference(text);
  if (whole !== undefined)
    return resolveParameter(
      whole,
      placeOf({ kind: 'reference', path: whole, start: 0, end: text.length }),
      reading,
    );
  const parts = parseTemplate(text).map((piece) => {
    if (piece.kind === 'text') return piece.text;
    return isFull(reading.diagnostics) ? undefined : textOfReference(piece, placeOf(piece), reading);
  });
  if (parts.includes(undefined)) return undefined;
  const value = parts.join('');
  if (value.length > longestText) return tooLarge(origin, reading);
  return { kind: 'scalar', value, origin };
}

function textOfReference(
  piece: TemplatePiece & { kind: 'reference' },
  place: Origin,
  reading: Reading,
): string | undefined {
  const value = resolveParameter(piece.path, place, reading);
  if (value === undefined) return undefined;
  if (isNull(value)) {
    reading.diagnostics.push(valueMissing(piece.path, place));
    return undefined;
  }
  if (value.kind === 'scalar') return String(value.value);
  reading.diagnostics.push({
    code: 'REFERENCE_KIND',
    message: `${piece.path} cannot be put into a text: it is ${describeValue(value)}`,
    origin: place,
    expected: 'text or a number',
  });
  return undefined;
}

/** A parameter is null where a value is needed. */
export function valueMissing(path: string, origin: Origin): Diagnostic {
  return {
    code: 'PARAM_MISSING',
    message: `${path} has no value and one is needed here`,
    origin,
    remedy: `give it one: -S ${path}=${/(^|\.)(root|folder|path)$/.test(path) ? 'FOLDER' : 'VALUE'}`,
  };
}

function resolveMapping(mapping: LocatedMapping, reading: Reading): Located | undefined {
  const isEdge = isInputMapping(mapping) && mapping.entries.has('from');
  const entries = new Map<string, LocatedEntry>();
  let whole = true;
  const spreads = mapping.entries.get(spread);
  for (const group of spreads === undefined ? [] : groupsOf(spreads.value)) {
    const value = resolve(group, reading);
    if (value?.kind === 'mapping') for (const [name, entry] of value.entries) entries.set(name, entry);
    else whole = false;
    if (value !== undefined && value.kind !== 'mapping') {
      reading.diagnostics.push({
        code: 'REFERENCE_KIND',
        message: `only a group of parameters can be spread, not ${describeValue(value)}`,
        origin: group.origin,
        expected: 'a mapping',
      });
    }
  }
  for (const [name, entry] of mapping.entries) {
    if (name === spread) continue;
    // What an edge sets is resolved where it is read: below the edge.
    const value = isEdge && name !== 'from' ? entry.value : resolve(entry.value, reading);
    if (value === undefined) whole = false;
    else entries.set(name, { key: entry.key, value });
  }
  return whole ? bounded({ ...mapping, entries }, reading) : undefined;
}

function groupsOf(spreads: Located): readonly Located[] {
  return spreads.kind === 'sequence' ? spreads.items : [spreads];
}

/** References may double a value again and again; that ends here. */
function bounded(value: Located, reading: Reading): Located | undefined {
  return sizeOf(value) > mostValues ? tooLarge(value.origin, reading) : value;
}

function tooLarge(origin: Origin, reading: Reading): undefined {
  reading.diagnostics.push({
    code: 'REFERENCE_TOO_LARGE',
    message: `references make a value of more than ${mostValues} parts`,
    origin,
  });
  return undefined;
}

/** The `${...}` itself where the text stands in the file as it is; the whole text where it is escaped or folded. */
function placesIn(text: string, origin: Origin): (piece: TemplatePiece | undefined) => Origin {
  const at = origin.source.text.slice(origin.start, origin.end).indexOf(text);
  return (piece) =>
    piece?.kind !== 'reference' || at === -1
      ? origin
      : { ...origin, start: origin.start + at + piece.start, end: origin.start + at + piece.end };
}
