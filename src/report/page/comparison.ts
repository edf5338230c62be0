/** Artifacts of one stage beside each other: what was set differently, what came out, how long it took. */
import { compareCodePoints } from '../../graph/encoding.ts';
import type { Metric } from '../../stage.ts';
import type { Manifest } from '../../store/manifest.ts';
import type { Store } from '../../store/store.ts';
import { wholeSeconds } from './journal.ts';
import { leafTexts } from './parameters.ts';
import type { Comparison } from './report.ts';

/** Of each of the stages that has metrics, the newest first. `shown`: keys of the artifacts in the report's graph. */
export async function compareArtifacts(
  store: Store,
  stages: readonly string[],
  shown: ReadonlySet<string | undefined>,
): Promise<readonly Comparison[]> {
  const manifests: Manifest[] = [];
  for await (const { manifest } of store.artifacts()) manifests.push(manifest);
  const byKey = new Map<string, Manifest>(manifests.map((manifest) => [manifest.key, manifest]));
  return stages.flatMap((stage) => {
    const rows = manifests
      .filter((manifest) => manifest.stage === stage && manifest.metrics.length > 0)
      .toSorted(
        (a, b) => compareCodePoints(b.times.finished, a.times.finished) || compareCodePoints(a.key, b.key),
      );
    return rows.length === 0 ? [] : [comparisonOf(stage, rows, byKey, shown)];
  });
}

function comparisonOf(
  stage: string,
  rows: readonly Manifest[],
  byKey: ReadonlyMap<string, Manifest>,
  shown: ReadonlySet<string | undefined>,
): Comparison {
  const settings = rows.map((row) => settingsOf(row, byKey));
  const names = [...new Set(settings.flatMap((each) => [...each.keys()]))];
  const differing = onceEach(
    names.filter((name) => new Set(settings.map((each) => each.get(name))).size > 1),
    settings,
  );
  const metrics = new Map(rows.flatMap((row) => row.metrics.map((metric) => [measureOf(metric), metric])));
  return {
    stage,
    parameters: differing.map(({ title }) => title),
    metrics: [...metrics.values()],
    rows: rows.map(({ key, times, metrics: own }, row) => ({
      key,
      finished: wholeSeconds(times.finished),
      seconds: times.seconds,
      parameters: differing.map(({ name }) => settings[row]?.get(name)),
      metrics: [...metrics.keys()].map(
        (measure) => own.find((metric) => measureOf(metric) === measure)?.value,
      ),
      shown: shown.has(key),
    })),
  };
}

/** Numbers of one name stand in one column where they are of one unit and direction too. */
const measureOf = ({ name, unit, direction }: Metric): string => JSON.stringify([name, unit, direction]);

const pathOf = (name: string): string => name.slice(name.indexOf('.') + 1);

/** Parameters of several stages that go together, as a seed does, become one column without the stage's name. */
function onceEach(
  names: readonly string[],
  settings: readonly ReadonlyMap<string, string>[],
): readonly { readonly name: string; readonly title: string }[] {
  const groups = Map.groupBy(names, (name) =>
    JSON.stringify([pathOf(name), ...settings.map((each) => each.get(name) ?? null)]),
  );
  return [...groups.values()].map((group) => {
    const [name = ''] = group;
    return { name, title: group.length === 1 ? name : pathOf(name) };
  });
}

/** `stage.path` and value of every parameter that an artifact was made with, its inputs' included. */
function settingsOf(manifest: Manifest, byKey: ReadonlyMap<string, Manifest>): Map<string, string> {
  const found = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const visit = ({ key, stage, parts }: Manifest): void => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const [path, value] of leafTexts(parts.params)) {
      if (path === '') continue;
      const name = `${stage}.${path}`;
      found.set(name, (found.get(name) ?? new Set()).add(value));
    }
    for (const { artifact } of parts.inputs.flatMap(({ sources }) => sources)) {
      const source = artifact === undefined ? undefined : byKey.get(artifact);
      if (source !== undefined) visit(source);
    }
  };
  visit(manifest);
  return new Map([...found].map(([name, values]) => [name, [...values].toSorted().join(', ')]));
}
