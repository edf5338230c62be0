/** Everything that the files of a project can ask for: every stage, as it stands and as each experiment has it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { loadConfiguration, type Configuration } from '../config/configuration.ts';
import { expand } from '../graph/expand.ts';
import type { Graph } from '../graph/node.ts';
import { ConfigurationError } from './configuration-error.ts';

/** Inputs that are not there are no fault here. Throws a `ConfigurationError` for a file that cannot be understood. */
export async function everyGraph(root: string): Promise<readonly Graph[]> {
  const graphs: Graph[] = [];
  for (const experiment of [undefined, ...experimentsIn(root)]) {
    const { configuration, diagnostics } = await loadConfiguration(root, { experiment });
    if (configuration === undefined || diagnostics.length > 0) throw new ConfigurationError(diagnostics);
    graphs.push(...graphsOf(configuration));
  }
  return graphs;
}

/** A stage that lacks a parameter, or that its schema refuses, has no artifacts. */
function graphsOf(configuration: Configuration): readonly Graph[] {
  const names = [...configuration.stages.keys()];
  const { graph } = expand(configuration, names);
  if (graph !== undefined) return [graph];
  return names.flatMap((name) => expand(configuration, [name]).graph ?? []);
}

function experimentsIn(root: string): readonly string[] {
  try {
    return readdirSync(join(root, 'experiments'))
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => name.slice(0, -'.yaml'.length))
      .toSorted();
  } catch {
    return [];
  }
}
