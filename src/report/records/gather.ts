/** From finished artifacts to results that can be recorded and compared. */
import { compareCodePoints, digestOf } from '../../graph/encoding.ts';
import type { CodePart } from '../../graph/key.ts';
import { nodeName } from '../../graph/name.ts';
import type { Digest, Graph, GraphTarget, Node } from '../../graph/node.ts';
import type { Json } from '../../json.ts';
import type { Metric } from '../../stage.ts';
import type { Artifact } from '../../store/store.ts';
import { groupRepetitions } from '../tables/repetitions.ts';
import { describe } from '../tables/spread.ts';
import type { RecordedMetric, RecordedStage, Results } from './results.ts';

export interface Finished {
  readonly experiment: string;
  readonly target: string;
  readonly graph: Graph;
  /** Of every node of the graph. */
  readonly artifacts: ReadonlyMap<Digest, Artifact>;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly sweep: Readonly<Record<string, readonly Json[]>>;
}

/** Points of the sweep that differ in seeds alone become one metric with its deviation. */
export function gatherResults({ graph, artifacts, ...finished }: Finished): Results {
  const metrics: RecordedMetric[] = [];
  const stages: Record<string, RecordedStage> = {};
  for (const { overrides, points } of groupRepetitions(graph.targets)) {
    const lines = points.map((point) => mainLine(graph, point));
    for (const stage of new Set(lines.flatMap((nodes) => nodes.map((node) => node.stage)))) {
      const made = lines.flatMap((nodes) => nodes.filter((node) => node.stage === stage));
      const found = distinct(made.map(({ recipe }) => artifacts.get(recipe) as Artifact));
      const name = nodeName(stage, Object.entries(overrides));
      metrics.push(...metricsOf(name, found));
      stages[name] = stageOf(found);
    }
  }
  const all = distinct([...artifacts.values()]);
  const seconds = all.reduce((sum, { manifest }) => sum + manifest.times.seconds, 0);
  return {
    format: 1,
    experiment: finished.experiment,
    target: finished.target,
    marks: [...new Set(graph.targets.flatMap(({ recipe }) => artifacts.get(recipe)?.manifest.marks ?? []))],
    seconds: Math.round(seconds),
    parameters: finished.parameters,
    sweep: finished.sweep,
    stages,
    metrics: metrics.toSorted((a, b) => compareCodePoints(a.name, b.name)),
  };
}

/** The target and what it is made from on edges without overrides: the experiment itself, without its comparisons. */
function mainLine(graph: Graph, { recipe }: GraphTarget): readonly Node[] {
  const byRecipe = new Map(graph.nodes.map((node) => [node.recipe, node]));
  const reached = new Set<Digest>([recipe]);
  for (const at of reached) {
    for (const { sources, swept } of byRecipe.get(at)?.inputs ?? []) {
      for (const source of sources) {
        if (source.files !== undefined) reached.add(source.files.recipe);
        if (source.kind === 'path') continue;
        const { name, stage } = byRecipe.get(source.recipe) as Node;
        // A sweep over the one point that stands without it, such as a single shard, leads nowhere else.
        const isPlain = !swept && Object.keys(source.overrides).length === 0;
        if (isPlain || (sources.length === 1 && name === stage)) reached.add(source.recipe);
      }
    }
  }
  return graph.nodes.filter((node) => reached.has(node.recipe));
}

function metricsOf(node: string, artifacts: readonly Artifact[]): RecordedMetric[] {
  const byName = Map.groupBy(
    artifacts.flatMap(({ manifest }) => manifest.metrics),
    ({ name }) => name,
  );
  return [...byName].map(([name, found]): RecordedMetric => {
    const { direction, unit, count } = found[0] as Metric;
    return {
      name: `${node} ${name}`,
      ...meanOf(found.map(({ value }) => value)),
      direction,
      unit,
      ...(count === undefined ? {} : { count }),
    };
  });
}

/** What one of the repetitions has no value of has no mean. */
function meanOf(
  values: readonly (number | null)[],
): Pick<RecordedMetric, 'value' | 'deviation' | 'repetitions'> {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return { value: null };
  const { mean, deviation } = describe(known);
  const repeated = { deviation: rounded(deviation), repetitions: known.length };
  return { value: rounded(mean), ...(known.length > 1 ? repeated : {}) };
}

const stageOf = (artifacts: readonly Artifact[]): RecordedStage => ({
  code: artifacts[0] === undefined ? '' : codeDigest(artifacts[0].manifest.parts.code),
  artifacts: artifacts.map(({ manifest }) => ({
    key: manifest.key.slice(0, 16),
    digest: manifest.digest.slice(0, 16),
  })),
});

/** Too short to be taken for a key. */
function codeDigest(code: CodePart): string {
  const parts: Json =
    code.kind === 'module'
      ? [code.bundle, code.resolution, code.files.map((file) => ({ ...file })), code.packages, code.node]
      : [code.command, code.files.map((file) => ({ ...file }))];
  return digestOf(parts).slice(0, 12);
}

const distinct = (artifacts: readonly Artifact[]): Artifact[] => [
  ...new Map(artifacts.map((artifact) => [artifact.manifest.key, artifact])).values(),
];

/** More digits would only say which machine it was. */
const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(10)));
