/** The page of its output that a module names to be shown. */
import { posix } from 'node:path';

import type { Failure } from '../../failure.ts';
import { isInside } from '../../store/confined-path.ts';

/** Whether it can be a file of the output at all; known before the stage runs. */
export const isDisplay = (display: unknown): boolean =>
  display === undefined ||
  display === null ||
  (typeof display === 'string' && isInside(posix.normalize(display)));

export const displayOutside = (place: string, display: unknown): Failure => ({
  code: 'DISPLAY_OUTSIDE',
  message: `the stage names as its display ${JSON.stringify(display)}, which is no file of its output`,
  place,
  remedy: 'name a file that the stage writes, relative to its output and without ..',
});
