/**
 * What went wrong, as a value: a stable code, one sentence, the place and the remedy.
 * Functions that can fail on a user's input return a `Result`; at the edge (a stage's end, the command line)
 * a failure becomes a `FailureError` or an exit code.
 */
export interface Failure {
  /** Stable, upper-case, for programs: `IMAGE_TRUNCATED`, `STAGE_UNKNOWN`. */
  readonly code: string;
  /** One sentence: what was found and what was expected. */
  readonly message: string;
  /** Where: a file, `file:line:column`, a photo's id. */
  readonly place?: string;
  /** What the user can do about it. */
  readonly remedy?: string;
}

export type Result<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure };

/** A failure on its way to the edge. Throw it where no caller can do anything about the failure. */
export class FailureError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(describeFailure(failure));
    this.name = 'FailureError';
    this.failure = failure;
  }
}

/** `place: CODE message (remedy)`, on one line. */
export function describeFailure({ code, message, place, remedy }: Failure): string {
  return `${place === undefined ? '' : `${place}: `}${code} ${message}${remedy === undefined ? '' : ` (${remedy})`}`;
}

export const success = <Value>(value: Value): Result<Value> => ({ ok: true, value });
export const failed = (failure: Failure): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure,
});
