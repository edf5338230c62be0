/** What is wrong with a configuration, with its place in the text; several are reported at once. */
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
  const head = `${origin === undefined ? '' : `${describeOrigin(origin)}: `}${code} ${message}`;
  const excerpt = origin === undefined ? [] : excerptOf(origin).map((line) => `  ${line}`);
  const facts = [
    ['expected', expected],
    ['did you mean', nearest],
    ['remedy', remedy],
  ].flatMap(([label, text]) => (text === undefined ? [] : [`  ${label}: ${text}`]));
  return [head, ...excerpt, ...facts];
}

/** The same for programs and for places that hold one line. */
export function failureOf({ code, message, origin, nearest, remedy, expected }: Diagnostic): Failure {
  const hints = [
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(nearest === undefined ? [] : [`did you mean ${nearest}?`]),
    ...(remedy === undefined ? [] : [remedy]),
  ];
  return {
    code,
    message,
    ...(origin === undefined ? {} : { place: describeOrigin(origin) }),
    ...(hints.length === 0 ? {} : { remedy: hints.join('; ') }),
  };
}

/** Met from many places, and yet one fault. */
const placeless: ReadonlySet<string> = new Set(['PARAM_MISSING', 'REFERENCE_CYCLE', 'STAGE_CYCLE']);

/** Each once, rings and missing values wherever they are met; those of a file together and from top to bottom, files in the order they first appear. */
export function arrange(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sources = [...new Set(diagnostics.map(({ origin }) => origin?.source))];
  const seen = new Set<string>();
  return diagnostics
    .filter(({ code, message, origin }) => {
      const place = placeless.has(code) ? [] : [origin?.source.name, origin?.start];
      const identity = JSON.stringify([code, message, ...place]);
      return !seen.has(identity) && seen.add(identity);
    })
    .toSorted(
      (a, b) =>
        sources.indexOf(a.origin?.source) - sources.indexOf(b.origin?.source) ||
        (a.origin?.start ?? 0) - (b.origin?.start ?? 0),
    );
}
