/** The graphs of the stages that nothing is wrong with. Pure. */
import type { Configuration } from '../config/configuration.ts';
import { expand } from './expand.ts';
import type { Graph } from './node.ts';

export interface UsableStages {
  readonly names: readonly string[];
  readonly graph: Graph;
}

/** Together in as few graphs as may be: what they share is made once. Stages with a fault are left out. */
export function usableStages(
  configuration: Configuration,
  names: readonly string[] = [...configuration.stages.keys()],
): readonly UsableStages[] {
  const { graph } = expand(configuration, names);
  if (graph !== undefined) return [{ names, graph }];
  if (names.length < 2) return [];
  const middle = names.length >> 1;
  return [
    ...usableStages(configuration, names.slice(0, middle)),
    ...usableStages(configuration, names.slice(middle)),
  ];
}
