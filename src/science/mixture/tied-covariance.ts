/** One full covariance for all components, (D, D), of the scatter of each about its own mean. */
import type { Covariance } from './covariance.ts';
import { fullCovariance } from './full-covariance.ts';

export const tiedCovariance: Covariance = { ...fullCovariance, name: 'tied', isShared: true };
