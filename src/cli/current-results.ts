/** The results of the configuration that a command line names, from the store. */
import { availableParallelism } from 'node:os';

import { declaredIn, type Declared } from '../config/declared.ts';
import { FailureError } from '../failure.ts';
import { expand } from '../graph/expand.ts';
import { canonicalText } from '../graph/encoding.ts';
import type { Digest, Graph } from '../graph/node.ts';
import type { Json } from '../json.ts';
import { gatherResults } from '../report/records/gather.ts';
import { flattened } from '../report/records/parameters.ts';
import type { Results } from '../report/records/results.ts';
import { planRun } from '../run/plan.ts';
import { openStore, type Artifact } from '../store/store.ts';
import type { ConfigurationOptions } from './options.ts';
import { openConfiguration } from './project-graph.ts';
import { openGraph } from './remembered-graph.ts';

export interface CurrentResults {
  readonly root: string;
  readonly experiment: string;
  readonly target: string;
  /** Undefined where some of it would have to run first. */
  readonly results: Results | undefined;
  readonly declared: Declared;
}

export const experimentName = ({ experiment }: ConfigurationOptions): string => experiment ?? 'default';

/** Without a target, the stage that no other takes anything from. Errors: `TARGET_AMBIGUOUS`. */
export async function currentResults(
  asked: string | undefined,
  options: ConfigurationOptions,
): Promise<CurrentResults> {
  const { configuration } = await openConfiguration(options);
  const target = asked ?? lastStage(configuration);
  const { root, graph } = await openGraph([target], options);
  const store = await openStore(root);
  const { nodes } = await planRun(graph, { root, store, cpus: availableParallelism() });
  const artifacts = new Map<Digest, Artifact>();
  for (const { node, decision } of nodes) {
    const found = decision.kind === 'hit' ? await store.find(node.stage, decision.key) : undefined;
    if (found?.kind === 'found') artifacts.set(node.recipe, found.artifact);
  }
  const experiment = experimentName(options);
  const declared = declaredIn(configuration);
  const parameters = flattened(declared.parameters);
  const sweep = sweptValues(graph.targets);
  const complete = nodes.every(({ node }) => artifacts.has(node.recipe));
  const results = complete
    ? gatherResults({ experiment, target, graph, artifacts, parameters, sweep })
    : undefined;
  return { root, experiment, target, results, declared };
}

/** Each value once, in the order of the sweep. */
function sweptValues(targets: Graph['targets']): Results['sweep'] {
  const values = new Map<string, Json[]>();
  for (const [path, value] of targets.flatMap(({ overrides }) => Object.entries(overrides))) {
    const known = values.get(path) ?? [];
    if (!known.some((other) => canonicalText(other) === canonicalText(value))) known.push(value);
    values.set(path, known);
  }
  return Object.fromEntries(values);
}

function lastStage(configuration: Parameters<typeof expand>[0]): string {
  const names = [...configuration.stages.keys()];
  const { graph } = expand(configuration, names);
  const used = new Set(
    graph?.nodes.flatMap(({ inputs }) =>
      inputs.flatMap(({ sources }) =>
        sources.flatMap((source) => (source.kind === 'node' ? [source.recipe] : [])),
      ),
    ),
  );
  const last = names.filter(
    (name) => !graph?.nodes.some(({ stage, recipe }) => stage === name && used.has(recipe)),
  );
  const [only] = last;
  if (only !== undefined && last.length === 1) return only;
  throw new FailureError({
    code: 'TARGET_AMBIGUOUS',
    message: 'it is not clear which stage is meant',
    remedy: `name one of ${(last.length === 0 ? names : last).join(', ')}`,
  });
}
