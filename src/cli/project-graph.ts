/** From the words of a command line to a graph without faults. */
import { loadConfiguration, type Configuration } from '../config/configuration.ts';
import { arrange } from '../config/diagnostic.ts';
import { checkActions, checkPaths } from '../config/files.ts';
import { findProject } from '../config/project.ts';
import { FailureError } from '../failure.ts';
import { checkConfiguration } from '../graph/check.ts';
import { expand } from '../graph/expand.ts';
import type { Graph } from '../graph/node.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { ConfigurationOptions } from './options.ts';
import { parseTarget } from './target.ts';

interface ProjectGraph {
  readonly root: string;
  readonly configuration: Configuration;
  readonly graph: Graph;
}

/** Throws a `ConfigurationError` with all that is wrong: file, experiment, overrides, stages, paths. */
export async function expandGraph(
  targets: readonly string[],
  { experiment, set, sweep }: ConfigurationOptions,
): Promise<ProjectGraph> {
  const parsed = targets.map(parseTarget);
  const overrides = [...set, ...parsed.flatMap((target) => target.overrides)];
  const { root, configuration, diagnostics } = await openConfiguration({
    experiment,
    set: overrides,
    ...(sweep === undefined ? {} : { sweep }),
  });
  const {
    graph,
    diagnostics: faults,
    paths,
  } = expand(
    configuration,
    parsed.map(({ stage }) => stage),
  );
  const inGraph = new Set(graph?.nodes.map(({ stage }) => stage));
  const used = [...configuration.stages.values()].filter(({ name }) => inGraph.has(name));
  const all = [
    ...diagnostics,
    ...faults,
    ...(await checkPaths(root, paths)),
    ...(await checkActions(root, used)),
  ];
  if (graph === undefined || all.length > 0) throw new ConfigurationError(arrange(all));
  return { root, configuration, graph };
}

/** The configuration with what is wrong with it. Throws where there is none. */
export async function openConfiguration({ experiment, set, sweep = [] }: ConfigurationOptions): Promise<{
  readonly root: string;
  readonly configuration: Configuration;
  readonly diagnostics: ConfigurationError['diagnostics'];
}> {
  const project = findProject(process.cwd());
  if (!project.ok) throw new FailureError(project.failure);
  const root = project.value;
  const { configuration, diagnostics } = await loadConfiguration(root, {
    experiment,
    overrides: set,
    sweeps: sweep,
  });
  if (configuration === undefined) throw new ConfigurationError(arrange(diagnostics));
  return { root, configuration, diagnostics: [...diagnostics, ...checkConfiguration(configuration)] };
}
