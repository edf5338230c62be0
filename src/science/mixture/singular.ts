/** What is said of a covariance that cannot be inverted. */
import { FailureError } from '../../failure.ts';
import { SingularColumn } from './covariance.ts';

interface Circumstances {
  /** Undefined for the covariance that all components share. */
  readonly component: number | undefined;
  readonly components: number;
  /** How many rows belong to it. */
  readonly rows: number;
  readonly width: number;
  readonly regularization: number;
}

/** The factor, or COVARIANCE_SINGULAR, which names the component, its condition and the remedies. */
export function requireFactor<Factor>(factor: Factor | SingularColumn, circumstances: Circumstances): Factor {
  if (factor instanceof SingularColumn) throw singularCovariance(factor, circumstances);
  return factor;
}

function singularCovariance(
  { column, largestVariance, remaining }: SingularColumn,
  { component, components, rows, width, regularization }: Circumstances,
): FailureError {
  const whose = component === undefined ? 'that all components share' : `of component ${component}`;
  const condition =
    remaining > 0
      ? `, a condition of ${short(largestVariance / remaining)} at least`
      : ', an infinite condition';
  return new FailureError({
    code: 'COVARIANCE_SINGULAR',
    message:
      `the covariance ${whose} (of ${components}) is not positive definite: the columns before column ${column} ` +
      `leave it a variance of ${short(remaining)}, where the largest is ${short(largestVariance)}${condition}; ` +
      `${rows.toFixed(1)} rows belong to it, in ${width} dimensions, with a regularization of ${regularization}`,
    remedy:
      'raise gmm.regularization, lower gmm.components, or set gmm.covariance to tied, diag or spherical',
  });
}

const short = (value: number): string => value.toPrecision(2);
