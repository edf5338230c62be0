/** Ajv's checks of pipeline.yaml and of experiments: to make them anew takes a fifth of the time of a short command. */
import type { ValidateFunction } from 'ajv';

export const pipeline: ValidateFunction;
export const experiment: ValidateFunction;
