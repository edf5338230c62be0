/** `-S path.to.parameter=value`: one value, or several, which make a sweep: with commas at the top, or a range. */
import type { Checked, Diagnostic } from './diagnostic.ts';
import { textOf, type Located } from './located.ts';
import { isParameterPath } from './parameter-path.ts';
import { parseRange } from './range.ts';
import type { Origin, Source } from './source.ts';
import { mostPoints } from './most-points.ts';
import { parseYamlPart } from './yaml.ts';

export interface Override {
  readonly path: string;
  /** Where the path is written. */
  readonly origin: Origin;
  readonly value: Located;
}

/** The values of one parameter. */
export interface Axis {
  readonly path: string;
  /** Where the path is written. */
  readonly origin: Origin;
  readonly values: readonly Located[];
}

export type OptionOverride = ({ readonly kind: 'set' } & Override) | ({ readonly kind: 'sweep' } & Axis);

/** `text` is what stands after `-S`. */
export function parseOverride(text: string): Checked<OptionOverride> {
  const source: Source = { name: `-S ${text}`, kind: 'option', text };
  const equals = text.indexOf('=');
  const path = (equals === -1 ? text : text.slice(0, equals)).trim();
  const origin: Origin = { source, start: 0, end: equals === -1 ? text.length : equals };
  if (equals === -1 || !isParameterPath(path)) {
    const remedy = remedyForPath(path);
    return refused('OVERRIDE_SYNTAX', 'is not of the form path.to.parameter=value', origin, remedy);
  }
  const pieces = splitAtCommas(text, equals + 1);
  const empty = pieces.find(({ start, end }) => text.slice(start, end).trim() === '');
  if (empty !== undefined) {
    const place = { source, start: empty.start, end: Math.max(empty.end, empty.start + 1) };
    return refused('OVERRIDE_EMPTY', `no value for ${path}`, place, `write null, or '""' for an empty text`);
  }
  const parsed: Checked<Located>[] = [];
  for (const { start, end } of pieces) {
    if (parsed.length > mostPoints) break; // enough to be refused
    for (const value of parseValues(source, start, end)) parsed.push(value);
  }
  const diagnostics = parsed.flatMap((value) => (value.ok ? [] : value.diagnostics));
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  const values = parsed.flatMap((value) => (value.ok ? [value.value] : []));
  const [only] = values;
  return values.length === 1 && only !== undefined
    ? { ok: true, value: { kind: 'set', path, origin, value: only } }
    : { ok: true, value: { kind: 'sweep', path, origin, values } };
}

/** Whether `-S path=text` takes the text as it stands: `adam` is one, `3.10`, `true`, `1..3` and `a,b` need quotes to be texts. */
export function readsAsText(text: string): boolean {
  if (/^[A-Za-z_][\w-]*$/.test(text) && !/^(null|true|false)$/i.test(text)) return true;
  const read = parseOverride(`p=${text}`);
  return read.ok && read.value.kind === 'set' && textOf(read.value.value) === text;
}

/** Divides at the commas that stand outside brackets and quotes: the values of one parameter, the overrides in a node's name. */
export function splitAtCommas(text: string, from: number): { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = [];
  let depth = 0;
  let quote = '';
  let start = from;
  for (let at = from; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (quote !== '') {
      if (letter === '\\' && quote === '"') at += 1;
      else if (letter === quote) quote = '';
    } else if ((letter === '"' || letter === "'") && (at === start || /[[{,:\s]/.test(text.charAt(at - 1))))
      quote = letter;
    else if (letter === '[' || letter === '{') depth += 1;
    else if (letter === ']' || letter === '}') depth -= 1;
    else if (letter === ',' && depth <= 0) {
      pieces.push({ start, end: at });
      start = at + 1;
    }
  }
  return [...pieces, { start, end: text.length }];
}

/** What others mean by it. */
function remedyForPath(path: string): string | undefined {
  if (/^[~-]/.test(path)) return `parameters cannot be taken away: set it to null (${path.slice(1)}=null)`;
  if (path.startsWith('+')) return 'parameters cannot be added here: pipeline.yaml declares them all';
  const [, list, element] = /^([A-Za-z][\w.-]*?)(?:\.(\d+)|\[\d+\])(?:\.|$)/.exec(path) ?? [];
  if (list === undefined) return undefined;
  const whole =
    element === undefined
      ? `${list}=[5, 2, 3]`
      : `${list}=[5, 2, 3], or of a group with such keys '${list}={ ${element}: 5 }'`;
  return `elements of a list cannot be set: write the whole list, ${whole}`;
}

/** The numbers of a range such as 1..5, else one value. */
function parseValues(source: Source, start: number, end: number): readonly Checked<Located>[] {
  const text = source.text.slice(start, end);
  const range = parseRange(text);
  const origin = { source, start, end };
  if (range.kind === 'none') return [parseValue(source, start, end)];
  if (range.kind === 'endless')
    return [refused('OVERRIDE_SYNTAX', `the range ${text.trim()} never comes to its end`, origin)];
  return range.values.map((value) => ({ ok: true, value: { kind: 'scalar', value, origin } }));
}

/** Flow YAML where it begins with a bracket or a quote, a YAML scalar where it reads as one, else the text as it is. */
function parseValue(source: Source, start: number, end: number): Checked<Located> {
  const raw = source.text.slice(start, end);
  const text = raw.trim();
  const offset = start + raw.indexOf(text);
  const asText: Located = {
    kind: 'scalar',
    value: text,
    origin: { source, start: offset, end: offset + text.length },
  };
  if (/^[[{"']/.test(text)) return parseYamlPart(source, text, offset);
  if (!/^[-+.~\w]+$/.test(text) || /^(---|\.\.\.)/.test(text)) return { ok: true, value: asText };
  return parseYamlPart(source, text, offset);
}

function refused(code: string, message: string, origin: Origin, remedy?: string): Checked<never> {
  const diagnostic: Diagnostic = { code, message, origin, ...(remedy === undefined ? {} : { remedy }) };
  return { ok: false, diagnostics: [diagnostic] };
}
