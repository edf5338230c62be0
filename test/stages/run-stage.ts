import type { Json } from '../../src/json.ts';
import type { Metric, StageDefinition, StageInput, StageProgress } from '../../src/stage.ts';
import { folderOfTest } from '../temporary-folder.ts';

/** An input: a path, or points of a sweep, each a path with its overrides. */
export type TestInput = string | readonly { path: string; overrides: Record<string, Json> }[];

export interface StageOutcome {
  readonly output: string;
  readonly metrics: ReadonlyMap<string, Metric>;
  readonly log: readonly string[];
  readonly progress: readonly StageProgress[];
}

/** What the runner gives a stage; each has a default. */
export interface TestHost {
  readonly marks?: string[];
  readonly signal?: AbortSignal;
  readonly cpus?: number;
  readonly checkpoint?: string;
  readonly progress?: (update: StageProgress) => void;
}

/** Runs a stage outside of any run, in a temporary folder that goes when the test ends. An input's origin is the last part of its path. */
export async function runStage<Parameters>(
  stage: StageDefinition<Parameters>,
  params: Parameters,
  inputs: Readonly<Record<string, TestInput>>,
  { marks = [], signal = new AbortController().signal, ...given }: TestHost = {},
): Promise<StageOutcome> {
  const output = await folderOfTest();
  const metrics = new Map<string, Metric>();
  const log: string[] = [];
  const progress: StageProgress[] = [];
  const all = (name: string): StageInput[] => {
    const input = inputs[name];
    if (input === undefined) return [];
    const points = typeof input === 'string' ? [{ path: input, overrides: {} }] : input;
    return points.map((point) => ({ ...point, origin: point.path.slice(point.path.lastIndexOf('/') + 1) }));
  };
  await stage.run({
    params,
    inputs: {
      one(name) {
        const [input] = all(name);
        if (input === undefined) throw new Error(`the test gives no input ${name}`);
        return input;
      },
      optional: (name) => all(name)[0],
      all,
    },
    output,
    checkpoint: output,
    cpus: 2,
    signal,
    marks,
    mark: (mark) => marks.push(mark),
    progress: (update) => progress.push(update),
    log: (line) => log.push(line),
    metric: (metric) => metrics.set(metric.name, metric),
    ...given,
  });
  return { output, metrics, log, progress };
}
