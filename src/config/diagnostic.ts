/**
 * What is wrong with a configuration, with its place in the text; several are reported at once.
 *
 * A file can be wrong a hundred thousand times: of so many the first are told. To make one is cheap, therefore; what takes a search
 * (the nearest name, a list of the known ones) is a getter, asked of those alone that are told.
 */
import type { Failure } from '../failure.ts';
import { describeOrigin, excerptOf, type Origin } from './source.ts';

export interface Diagnostic {
  /** Stable: `STAGE_UNKNOWN`, `PARAM_UNKNOWN`, `SCHEMA_TYPE`. docs/errors.md lists them. */
  readonly code: string;
  /** One sentence, with what was found. */
  readonly message: string;
  readonly origin?: Origin;
  readonly expected?: string;
  /** The known name that is nearest to the one found. */
  readonly nearest?: string | undefined;
  readonly remedy?: string;
}

/** So many are told at once. */
export const mostTold = 100;

/** Of many, more than are told: some turn out to be one. */
const mostGathered = 5000;

/** Adds them while there is room. */
export function gather(into: Diagnostic[], more: Iterable<Diagnostic>): void {
  for (const diagnostic of more) {
    if (into.length >= mostGathered) return;
    into.push(diagnostic);
  }
}

/** From here on nobody goes on looking, and how many there are is not known. */
const mostCounted = 1000;

/** Whether there may be more than were gathered. */
export const isFull = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.length >= mostCounted;

/** A value, or all that is wrong with what it was to be made of. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * For people, over several lines: place, code and sentence first, then the text with a caret, then what was expected and
 * what can be done.
 */
export const describeDiagnostic = (diagnostic: Diagnostic): string => diagnosticLines(diagnostic).join('\n');

/** The same, line by line. */
export function diagnosticLines(diagnostic: Diagnostic): readonly string[] {
  const { code, message, origin, expected, nearest, remedy } = diagnostic;
  const head = `${origin === undefined ? '' : `${describeOrigin(origin)}: `}${code} ${shortened(message)}`;
  const excerpt = origin === undefined ? [] : excerptOf(origin).map((line) => `  ${line}`);
  const facts = [
    ['expected', expected],
    ['did you mean', nearest],
    ['remedy', remedy],
  ].flatMap(([label, text]) => (text === undefined ? [] : [`  ${label}: ${shortened(text)}`]));
  return [head, ...excerpt, ...facts];
}

/** The same for programs and for places that hold one line. */
export function failureOf({ code, message, origin, nearest, remedy, expected }: Diagnostic): Failure {
  const hints = [
    ...(expected === undefined ? [] : [`expected ${shortened(expected)}`]),
    ...(nearest === undefined ? [] : [`did you mean ${nearest}?`]),
    ...(remedy === undefined ? [] : [remedy]),
  ];
  return {
    code,
    message: shortened(message),
    ...(origin === undefined ? {} : { place: describeOrigin(origin) }),
    ...(hints.length === 0 ? {} : { remedy: hints.join('; ') }),
  };
}

const longestWords = 2000;

/** A name may be as long as its file. */
const shortened = (text: string): string =>
  text.length > longestWords ? `${text.slice(0, longestWords)}… (${text.length} characters)` : text;

/** Met from many places, and yet one fault. */
const placeless: ReadonlySet<string> = new Set(['PARAM_MISSING', 'REFERENCE_CYCLE', 'STAGE_CYCLE']);

/** Each once, rings and missing values wherever they are met; those of a file together and from top to bottom, files in the order they first appear. */
export function arrange(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sources = new Map(
    [...new Set(diagnostics.map(({ origin }) => origin?.source))].map((source, index) => [source, index]),
  );
  const orderOf = ({ origin }: Diagnostic): number => sources.get(origin?.source) ?? 0;
  const seen = new Set<string>();
  return diagnostics
    .filter((diagnostic) => {
      const { code, message, origin } = diagnostic;
      // The name of an option is all of it, and may be long.
      const place = placeless.has(code) ? [] : [orderOf(diagnostic), origin?.start];
      const identity = JSON.stringify([code, message, ...place]);
      return !seen.has(identity) && seen.add(identity);
    })
    .toSorted((a, b) => orderOf(a) - orderOf(b) || (a.origin?.start ?? 0) - (b.origin?.start ?? 0));
}
