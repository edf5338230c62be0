/** Artifacts of other stages: what a stage made under another name, before it was renamed, lies in the folder of that name. */
import { join } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import type { Digest } from '../graph/node.ts';
import type { SameWork } from '../graph/plan.ts';
import { readArtifact, type Artifact } from './artifact.ts';
import { keyDigits, type Layout } from './layout.ts';
import { namesIn } from './names-in.ts';

/** Finds an artifact of the same key under another stage's name. The store's folders are listed once, when it is first asked. */
export function openSameWork(layout: Layout): (stage: string, key: Digest) => SameWork | undefined {
  let stagesByKey: ReadonlyMap<string, readonly string[]> | undefined;
  return (stage, key) => {
    stagesByKey ??= listed(layout);
    const other = stagesByKey
      .get(key.slice(0, keyDigits))
      ?.find((name) => name !== stage && readArtifact(layout.artifact(name, key))?.manifest.key === key);
    return other === undefined ? undefined : { stage: other, key };
  };
}

/** The artifacts of a stage whose key begins so. */
export function artifactsBeginning(layout: Layout, stage: string, digits: string): readonly Artifact[] {
  const folder = join(layout.folder, stage);
  return namesIn(folder)
    .toSorted(compareCodePoints)
    .filter((name) => name.startsWith(digits.slice(0, keyDigits)))
    .flatMap((name) => readArtifact(join(folder, name)) ?? [])
    .filter(({ manifest }) => manifest.key.startsWith(digits));
}

function listed({ folder }: Layout): ReadonlyMap<string, readonly string[]> {
  const stages = new Map<string, string[]>();
  for (const stage of namesIn(folder)
    .toSorted(compareCodePoints)
    .filter((name) => !name.startsWith('.') && name !== 'runs'))
    for (const key of namesIn(join(folder, stage))) {
      const known = stages.get(key);
      if (known === undefined) stages.set(key, [stage]);
      else known.push(stage);
    }
  return stages;
}
