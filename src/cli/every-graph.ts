/** Everything that the files of a project can ask for: every stage, as it stands and as each experiment has it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { loadConfiguration } from '../config/configuration.ts';
import type { Graph } from '../graph/node.ts';
import { usableStages } from '../graph/usable.ts';
import { ConfigurationError } from './configuration-error.ts';

/** Inputs that are not there are no fault here. Throws a `ConfigurationError` for a file that cannot be understood. */
export async function everyGraph(root: string): Promise<readonly Graph[]> {
  const graphs: Graph[] = [];
  for (const experiment of [undefined, ...experimentsIn(root)]) {
    const { configuration, diagnostics } = await loadConfiguration(root, { experiment });
    if (configuration === undefined || diagnostics.length > 0) throw new ConfigurationError(diagnostics);
    // A stage that lacks a parameter, or that its schema refuses, has no artifacts.
    graphs.push(...usableStages(configuration).map(({ graph }) => graph));
  }
  return graphs;
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
