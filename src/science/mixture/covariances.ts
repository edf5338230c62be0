/** The kinds of covariance there are, by name. */
import type { Covariance, CovarianceName } from './covariance.ts';
import { diagonalCovariance } from './diagonal-covariance.ts';
import { fullCovariance } from './full-covariance.ts';
import { sphericalCovariance } from './spherical-covariance.ts';
import { tiedCovariance } from './tied-covariance.ts';

const covariances: Readonly<Record<CovarianceName, Covariance>> = {
  full: fullCovariance,
  diag: diagonalCovariance,
  tied: tiedCovariance,
  spherical: sphericalCovariance,
};

export const covarianceOf = (name: CovarianceName): Covariance => covariances[name];
