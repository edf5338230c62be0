/** The inputs of a node as its stage gets them. */
import { join, resolve } from 'node:path';

import { compareCodePoints } from '../graph/encoding.ts';
import type { Node } from '../graph/node.ts';
import { partsTaken } from '../graph/parts-taken.ts';
import type { StageInput } from '../stage.ts';
import type { ArtifactOf, Facts } from './facts.ts';

export function stageInputs(
  node: Node,
  {
    root,
    facts,
    artifactOf,
  }: { readonly root: string; readonly facts: Facts; readonly artifactOf: ArtifactOf },
): Readonly<Record<string, readonly StageInput[]>> {
  const entries = node.inputs.map(({ name, sources }) => [
    name,
    sources.map((source): StageInput => {
      const path =
        source.kind === 'path'
          ? resolve(root, source.path)
          : join(artifactOf(source.recipe).folder, source.part ?? '');
      return { path, origin: facts.originOf(source), overrides: source.overrides };
    }),
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, readonly StageInput[]>>;
}

/** What is known to hold of any input holds of what is made from it. In code-point order. */
export function marksOfInputs(node: Node, artifactOf: ArtifactOf): readonly string[] {
  const marks = partsTaken(node).flatMap(({ recipe }) => artifactOf(recipe).manifest.marks);
  return [...new Set(marks)].toSorted(compareCodePoints);
}
