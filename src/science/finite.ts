/**
 * Numbers that are none (NaN, infinities) spread without a sound through every sum they meet. Whatever computes with rows of
 * numbers asks here first, so that the row is named and not its result.
 */
import { FailureError } from '../failure.ts';

export interface NamedRows {
  /** Which features they are, such as `train`. */
  readonly name?: string;
  /** Numbers in a row. */
  readonly width: number;
  /** Which image stands behind each row. */
  readonly ids?: readonly string[];
  /** The place of the first row among all, where `values` are some of them. */
  readonly first?: number;
}

/** `values` (n, width). Throws FEATURES_NOT_FINITE at the first row that holds a NaN or an infinity. */
export function checkFinite(
  values: Float32Array | Float64Array,
  { name, width, ids = [], first = 0 }: NamedRows,
): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const row = first + Math.floor(at / width);
  const image = ids[row] === undefined ? '' : ` (${ids[row]})`;
  throw new FailureError({
    code: 'FEATURES_NOT_FINITE',
    message: `row ${row}${image}${name === undefined ? '' : ` of the ${name} features`} holds ${values[at]} in column ${at % width}; every feature must be a finite number`,
    ...(name === undefined ? {} : { place: name }),
    remedy: 'look at that image and at the loss curve of the model that described it',
  });
}
