/** From the words of a command line to a graph without faults. */
import { loadConfiguration, type Configuration } from '../config/configuration.ts';
import { isFull, mostTold } from '../config/diagnostic.ts';
import { checkActions, checkPaths } from '../config/files.ts';
import { findProject } from '../config/project.ts';
import { FailureError } from '../failure.ts';
import { checkConfiguration } from '../graph/check.ts';
import { expand } from '../graph/expand.ts';
import type { Graph } from '../graph/node.ts';
import { oversizedCommands } from '../run/command-sizes.ts';
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
  const { root, configuration, diagnostics } = await readConfiguration({
    experiment,
    set: overrides,
    ...(sweep === undefined ? {} : { sweep }),
  });
  const expansion = expand(
    configuration,
    parsed.map(({ stage }) => stage),
    diagnostics.length > 0,
  );
  const known = [...diagnostics, ...expansion.diagnostics];
  if (isFull(known)) throw new ConfigurationError(known);
  const { graph, paths } = expansion;
  const inGraph = new Set(graph?.nodes.map(({ stage }) => stage));
  const used = [...configuration.stages.values()].filter(({ name }) => inGraph.has(name));
  const found = [
    ...diagnostics,
    ...checkConfiguration(configuration, expansion.expanded, known.length > 0),
    ...expansion.diagnostics,
    ...(await checkPaths(root, paths)),
    ...(await checkActions(root, used)),
  ];
  const all = found.length >= mostTold ? found : [...found, ...commandsTooLong(root, configuration, graph)];
  if (graph === undefined || all.length > 0) throw new ConfigurationError(all);
  return { root, configuration, graph };
}

function commandsTooLong(
  root: string,
  { stages }: Configuration,
  graph: Graph | undefined,
): ConfigurationError['diagnostics'] {
  return (graph === undefined ? [] : oversizedCommands(root, graph)).map(({ stage, failure }) => {
    const origin = stages.get(stage)?.actionOrigin;
    return { ...failure, ...(origin === undefined ? {} : { origin }) };
  });
}

/** The configuration with what is wrong with it. Throws where there is none. */
export async function openConfiguration(options: ConfigurationOptions): Promise<OpenConfiguration> {
  const { root, configuration, diagnostics } = await readConfiguration(options);
  const others = checkConfiguration(configuration, new Set(), diagnostics.length > 0);
  return { root, configuration, diagnostics: [...diagnostics, ...others] };
}

interface OpenConfiguration {
  readonly root: string;
  readonly configuration: Configuration;
  readonly diagnostics: ConfigurationError['diagnostics'];
}

/** Without what only its graph can tell. */
async function readConfiguration({
  experiment,
  set,
  sweep = [],
}: ConfigurationOptions): Promise<OpenConfiguration> {
  const project = findProject(process.cwd());
  if (!project.ok) throw new FailureError(project.failure);
  const root = project.value;
  const { configuration, diagnostics } = await loadConfiguration(root, {
    experiment,
    overrides: set,
    sweeps: sweep,
  });
  if (configuration === undefined) throw new ConfigurationError(diagnostics);
  return { root, configuration, diagnostics };
}
