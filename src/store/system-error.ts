/** Errors that the system reports, as Node throws them. */
export interface SystemError extends Error {
  /** `ENOSPC`. */
  readonly code: string;
  /** `write`. */
  readonly syscall: string;
  readonly path?: string;
  /** Where something was to be moved. */
  readonly dest?: string;
}

export const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string';

export const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Does what nobody needs to succeed; undefined where the system will not have it. */
export function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}
