/** The stages that no other takes anything from: what a project is for. Pure. */
import type { Configuration } from '../config/configuration.ts';
import { inputNodes } from './parts-taken.ts';
import { usableStages } from './usable.ts';

/** In the order of `pipeline.yaml`; stages that lack a parameter are left out, for nothing can be said of them. */
export function lastStages(configuration: Configuration): readonly string[] {
  const usable = usableStages(configuration);
  const taken = new Set<string>();
  for (const { graph } of usable) {
    const stageOf = new Map(graph.nodes.map(({ recipe, stage }) => [recipe, stage]));
    for (const node of graph.nodes)
      for (const recipe of inputNodes(node)) {
        const stage = stageOf.get(recipe);
        if (stage !== undefined && stage !== node.stage) taken.add(stage);
      }
  }
  return usable.flatMap(({ names }) => names).filter((name) => !taken.has(name));
}
