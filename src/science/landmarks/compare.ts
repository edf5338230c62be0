/** How well the detector agrees with points known beforehand. */
import type { LocatedFace } from './landmark-set.ts';
import { normalisedMeanError } from './points.ts';

export interface Agreement {
  /** Share of the declared faces that were detected. */
  readonly found: number;
  /** Mean over those of the mean distance of the 68 points, as a share of the inter-ocular distance; undefined where none was. */
  readonly error: number | undefined;
}

export function compareFaces(
  declared: ReadonlyMap<string, LocatedFace>,
  detected: ReadonlyMap<string, LocatedFace>,
): Agreement {
  const errors = [...declared].flatMap(([id, { landmarks }]) => {
    const face = detected.get(id);
    return face === undefined ? [] : [normalisedMeanError(face.landmarks, landmarks)];
  });
  const sum = errors.reduce((total, error) => total + error, 0);
  return {
    found: errors.length / declared.size,
    error: errors.length === 0 ? undefined : sum / errors.length,
  };
}
