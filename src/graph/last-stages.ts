/** The stages that no other takes anything from: what a project is for. Pure. */
import type { Configuration } from '../config/configuration.ts';
import { expand } from './expand.ts';

/** In the order of `pipeline.yaml`; stages that lack a parameter are left out, for nothing can be said of them. */
export function lastStages(configuration: Configuration): readonly string[] {
  const taken = new Set<string>();
  const usable: string[] = [];
  for (const name of configuration.stages.keys()) {
    const { graph } = expand(configuration, [name]);
    if (graph === undefined) continue;
    usable.push(name);
    for (const { stage } of graph.nodes) if (stage !== name) taken.add(stage);
  }
  return usable.filter((name) => !taken.has(name));
}
