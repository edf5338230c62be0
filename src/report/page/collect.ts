/** Gathers a report from the graph, its plan and the store: manifests, the journal of a run, logs of failures. */
import { basename, join } from 'node:path';

import { readPlainText } from '../../config/plain-file.ts';
import type { Graph, Node } from '../../graph/node.ts';
import type { Plan } from '../../graph/plan.ts';
import { failedLogOf } from '../../run/read-journal.ts';
import type { Artifact, Store } from '../../store/store.ts';
import { readDisplay } from '../display.ts';
import { renderMarkdown } from '../tables/markdown.ts';
import { readTables } from '../tables/read.ts';
import { compareArtifacts } from './comparison.ts';
import { readLastRun, type JournalRun } from './journal.ts';
import { markdownPage } from './markdown.ts';
import { parametersOf } from './parameters.ts';
import type { NodeState, Report, ReportFailure, ReportNode, ReportTarget } from './report.ts';

export interface CollectRequest {
  readonly root: string;
  readonly options: string;
  readonly graph: Graph;
  readonly plan: Plan;
  /** The graph without experiment and overrides; undefined where there is none. */
  readonly defaults: Graph | undefined;
  readonly store: Store;
}

export async function collectReport({
  root,
  options,
  graph,
  plan,
  defaults,
  store,
}: CollectRequest): Promise<Report> {
  const artifacts = await artifactsOf(plan, store);
  const run = readLastRun(store.layout.runs, new Set(graph.nodes.map(({ recipe }) => recipe)));
  const nodes = graph.nodes.map((node) => reportNode(node, artifacts.get(node), run));
  const targetNodes = graph.nodes.filter((node) =>
    graph.targets.some(({ recipe }) => recipe === node.recipe),
  );
  const targets = await Promise.all(
    targetNodes.map((node) =>
      reportTarget(node, artifacts.get(node), stateOf(node, artifacts.get(node), run)),
    ),
  );
  const stages = [...new Set(targetNodes.map(({ stage }) => stage))];
  return {
    project: projectName(root),
    options,
    marks: [...new Set(targets.flatMap(({ manifest }) => manifest?.marks ?? []))].toSorted(),
    targets,
    nodes,
    edges: edgesOf(graph),
    run: run?.summary,
    parameters: parametersOf(graph, defaults),
    hasDefaults: defaults !== undefined,
    failures: failuresOf(nodes, run, store.layout.runs),
    comparisons: await compareArtifacts(store, stages, new Set(nodes.map(({ manifest }) => manifest?.key))),
  };
}

/** The name in `package.json`, or the folder's where none can be read. */
function projectName(root: string): string {
  try {
    const { name } = JSON.parse(readPlainText(join(root, 'package.json'))) as { name?: unknown };
    if (typeof name === 'string' && name !== '') return name;
  } catch {
    // A page needs no package.json, nor a right one.
  }
  return basename(root);
}

async function artifactsOf({ nodes }: Plan, store: Store): Promise<ReadonlyMap<Node, Artifact>> {
  const found = new Map<Node, Artifact>();
  for (const { node, decision } of nodes) {
    if (decision.kind !== 'hit') continue;
    const lookup = await store.find(node.stage, decision.key);
    if (lookup.kind === 'found') found.set(node, lookup.artifact);
  }
  return found;
}

function reportNode(node: Node, artifact: Artifact | undefined, run: JournalRun | undefined): ReportNode {
  const event = run?.nodes.get(node.recipe);
  return {
    name: node.name,
    stage: node.stage,
    state: stateOf(node, artifact, run),
    span: event?.span,
    seconds: artifact?.manifest.times.seconds,
    manifest: artifact?.manifest,
  };
}

function stateOf({ recipe }: Node, artifact: Artifact | undefined, run: JournalRun | undefined): NodeState {
  const state = run?.nodes.get(recipe)?.state;
  if (artifact !== undefined) return state === 'ran' ? 'ran' : 'stored';
  return state === 'failed' || state === 'skipped' ? state : 'missing';
}

async function reportTarget(
  node: Node,
  artifact: Artifact | undefined,
  state: NodeState,
): Promise<ReportTarget> {
  const display = artifact?.manifest.display ?? null;
  const text = artifact === undefined ? undefined : await pageText(artifact, display);
  const page =
    artifact === undefined || text === undefined
      ? undefined
      : await markdownPage(text, artifact.folder, node.name);
  return { node: node.name, state, manifest: artifact?.manifest, page };
}

/** A page with pictures as the stage wrote it; else its tables, which show what is best, if it wrote those too. */
async function pageText({ folder }: Artifact, display: string | null): Promise<string | undefined> {
  const own = display === null ? undefined : readDisplay(folder, display);
  if (own?.includes('![') === true) return own;
  const tables = await readTables(folder);
  return tables === undefined ? own : renderMarkdown(tables);
}

function edgesOf({ nodes }: Graph): readonly (readonly [string, string])[] {
  const stageOf = new Map(nodes.map(({ recipe, stage }) => [recipe, stage]));
  const edges = new Map<string, readonly [string, string]>();
  for (const { stage, inputs } of nodes)
    for (const source of inputs.flatMap(({ sources }) => sources)) {
      const from = source.kind === 'node' ? stageOf.get(source.recipe) : undefined;
      if (from !== undefined) edges.set(`${from} ${stage}`, [from, stage]);
    }
  return [...edges.values()];
}

const excerpt = 40; // lines

function failuresOf(
  nodes: readonly ReportNode[],
  run: JournalRun | undefined,
  runs: string,
): readonly ReportFailure[] {
  const failed = new Set(nodes.filter(({ state }) => state === 'failed').map(({ name }) => name));
  return (run?.failures ?? [])
    .filter(({ node }) => failed.has(node))
    .map((event) => {
      const lines = failedLogOf(event, runs).trimEnd().split('\n');
      return { node: event.node, failure: event.failure, log: lines.slice(-excerpt).join('\n') };
    });
}
