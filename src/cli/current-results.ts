/** The results of the configuration that a command line names, from the store. */
import { availableParallelism } from 'node:os';

import type { Configuration } from '../config/configuration.ts';
import { declaredIn, type Declared } from '../config/declared.ts';
import { FailureError } from '../failure.ts';
import { canonicalText } from '../graph/encoding.ts';
import { lastStages } from '../graph/last-stages.ts';
import type { Digest, Graph } from '../graph/node.ts';
import type { Json } from '../json.ts';
import { gatherResults } from '../report/records/gather.ts';
import { failedRun, type FailedRun } from '../report/records/failed-run.ts';
import { readRecorded } from '../report/records/reference.ts';
import type { Results } from '../report/records/results.ts';
import { stageStates } from '../report/records/stage-states.ts';
import type { StageState } from '../report/records/staleness.ts';
import { openFacts } from '../run/facts.ts';
import { planRun } from '../run/plan.ts';
import { openStore, type Artifact } from '../store/store.ts';
import { ConfigurationError } from './configuration-error.ts';
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
  /** Of the stages behind the results, for a record to be held against. */
  stages(): Promise<ReadonlyMap<string, StageState>>;
  /** What failed when it ran last; undefined where nothing did, or it has a result since. */
  readonly failed: FailedRun | undefined;
}

export const experimentName = ({ experiment }: ConfigurationOptions): string => experiment ?? 'default';

/**
 * Without a target, that of the record in the work tree, then `elsewhere`, then the stage that no other takes anything
 * from. Errors: `TARGET_AMBIGUOUS`.
 */
export async function currentResults(
  asked: string | undefined,
  options: ConfigurationOptions,
  elsewhere?: string,
): Promise<CurrentResults> {
  const { configuration, diagnostics } = await openConfiguration(options);
  if (diagnostics.length > 0) throw new ConfigurationError(diagnostics);
  const experiment = experimentName(options);
  const target = asked ?? (await knownTarget(configuration, experiment, elsewhere));
  const { root, graph } = await openGraph([target], options);
  const store = await openStore(root);
  const { nodes } = await planRun(graph, { root, store, cpus: availableParallelism() });
  const artifacts = new Map<Digest, Artifact>();
  for (const { node, decision } of nodes) {
    const found = decision.kind === 'hit' ? await store.find(node.stage, decision.key) : undefined;
    if (found?.kind === 'found') artifacts.set(node.recipe, found.artifact);
  }
  const declared = declaredIn(configuration);
  const sweep = sweptValues(graph.targets);
  const complete = nodes.every(({ node }) => artifacts.has(node.recipe));
  const results = complete
    ? gatherResults({ experiment, target, graph, artifacts, declared, sweep })
    : undefined;
  const missing = new Set(graph.nodes.map(({ recipe }) => recipe).filter((recipe) => !artifacts.has(recipe)));
  return {
    root,
    experiment,
    target,
    results,
    declared,
    stages: () => stageStates(graph, openFacts(graph, { root, store, remember: true })),
    failed: await failedRun(root, store.layout.runs, missing),
  };
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

/** A record may name a stage that is no more. */
async function knownTarget(
  configuration: Configuration,
  experiment: string,
  elsewhere: string | undefined,
): Promise<string> {
  const recorded = await readRecorded(configuration.root, experiment);
  const found = [recorded?.target, elsewhere].find(
    (name) => name !== undefined && configuration.stages.has(name),
  );
  return found ?? onlyTarget(configuration);
}

function onlyTarget(configuration: Configuration): string {
  const last = lastStages(configuration);
  const [only] = last;
  if (only !== undefined && last.length === 1) return only;
  throw new FailureError({
    code: 'TARGET_AMBIGUOUS',
    message: 'it is not clear which stage is meant, for several come last and no record names one',
    remedy: `pipe diff and publish: --target STAGE; pipe record STAGE. One of ${(last.length === 0 ? [...configuration.stages.keys()] : last).join(', ')}`,
  });
}
