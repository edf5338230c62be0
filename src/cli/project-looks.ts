/** What every configuration depends on: `pipeline.yaml`, `experiments/`, `schemas/`, and the runner's own sources. */
import { join } from 'node:path';

import { openLooks, type LookTaker } from '../store/looks.ts';

/** Undefined where something is a link, cannot be read, or was touched so lately that its times would not show another change. */
export function lookAtProject(root: string, before = Date.now()): LookTaker | undefined {
  const looks = openLooks(before);
  try {
    const all = placesOf(root).every((place) => looks.takeTree(place) !== 'left');
    return all && looks.isSettled() ? looks : undefined;
  } catch {
    // The slow way says what is wrong.
    return undefined;
  }
}

const placesOf = (root: string): readonly string[] => [
  ...['pipeline.yaml', 'experiments', 'schemas'].map((name) => join(root, name)),
  ...['cli', 'config', 'graph', 'run', 'store', '../schemas'].map((name) =>
    join(import.meta.dirname, '..', name),
  ),
];
