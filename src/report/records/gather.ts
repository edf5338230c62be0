/** From finished artifacts to results that can be recorded and compared. */
import type { Declared } from '../../config/declared.ts';
import { compareCodePoints } from '../../graph/encoding.ts';
import { leavesOf } from '../../graph/leaves.ts';
import { nodeName } from '../../graph/name.ts';
import type { Digest, Graph, GraphTarget, Node } from '../../graph/node.ts';
import type { Json } from '../../json.ts';
import type { Metric } from '../../stage.ts';
import type { Artifact } from '../../store/store.ts';
import { groupRepetitions } from '../tables/repetitions.ts';
import { describe } from '../tables/spread.ts';
import type { RecordedMetric, RecordedStage, Results } from './results.ts';
import { codeDigest, declarationDigest, pathsDigest, sourceDigest } from './stage-digests.ts';

export interface Finished {
  readonly experiment: string;
  readonly target: string;
  readonly graph: Graph;
  /** Of every node of the graph. */
  readonly artifacts: ReadonlyMap<Digest, Artifact>;
  readonly declared: Declared;
  readonly sweep: Readonly<Record<string, readonly Json[]>>;
}

/** Points of the sweep that differ in seeds alone become one metric with its deviation. */
export function gatherResults({ graph, artifacts, ...finished }: Finished): Results {
  const metrics: RecordedMetric[] = [];
  const stages = new Map<string, RecordedStage>();
  for (const { overrides, points } of groupRepetitions(graph.targets)) {
    const lines = points.map((point) => mainLine(graph, point));
    for (const stage of new Set(lines.flatMap((nodes) => nodes.map((node) => node.stage)))) {
      const made = lines.flatMap((nodes) => nodes.filter((node) => node.stage === stage));
      const found = distinct(made.map(({ recipe }) => artifacts.get(recipe) as Artifact));
      const name = nodeName(stage, Object.entries(overrides));
      metrics.push(...metricsOf(name, found));
      stages.set(name, stageOf(found));
    }
  }
  const all = distinct([...artifacts.values()]);
  const seconds = all.reduce((sum, { manifest }) => sum + manifest.times.seconds, 0);
  return {
    format: 2,
    experiment: finished.experiment,
    target: finished.target,
    marks: [...new Set(graph.targets.flatMap(({ recipe }) => artifacts.get(recipe)?.manifest.marks ?? []))],
    seconds: Math.round(seconds),
    parameters: leavesOf(finished.declared.parameters),
    sweep: finished.sweep,
    declarations: declarationsOf(graph, finished.declared),
    stages: Object.fromEntries(stages),
    metrics: metrics.toSorted((a, b) => compareCodePoints(a.name, b.name)),
  };
}

/** Of every stage that has a part in it. */
function declarationsOf({ nodes }: Graph, { stages }: Declared): Results['declarations'] & object {
  const names = new Set(nodes.map(({ stage }) => stage));
  return Object.fromEntries(
    Object.entries(stages)
      .filter(([name]) => names.has(name))
      .map(([name, stage]) => [name, declarationDigest(stage)]),
  );
}

/** The target and what it is made from on edges without overrides: the experiment itself, without its comparisons. */
export function mainLine(graph: Graph, { recipe }: GraphTarget): readonly Node[] {
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

function stageOf(artifacts: readonly Artifact[]): RecordedStage {
  const { code, inputs } = (artifacts[0] as Artifact).manifest.parts;
  const paths = pathsDigest(inputs);
  return {
    code: codeDigest(code),
    source: sourceDigest(code),
    ...(paths === undefined ? {} : { paths }),
    artifacts: artifacts.map(({ manifest }) => ({
      key: manifest.key.slice(0, 16),
      digest: manifest.digest.slice(0, 16),
    })),
  };
}

const distinct = (artifacts: readonly Artifact[]): Artifact[] => [
  ...new Map(artifacts.map((artifact) => [artifact.manifest.key, artifact])).values(),
];

/** More digits would only say which machine it was. */
const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(10)));
