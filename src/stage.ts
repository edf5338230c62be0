/**
 * The one public module for those who write stages.
 *
 * A stage is a TypeScript module whose default export is `defineStage(...)`. It reads its inputs, writes files
 * into `output`, and reports. It knows nothing of keys, caching or the store; everything that can change its
 * result reaches it through `params` and `inputs`.
 */
import type { Json } from './json.ts';

export interface StageContext<Parameters> {
  /** The stage's `with:`, resolved, overridden and checked against its schema. A seed is a parameter like any other. */
  readonly params: Parameters;
  readonly inputs: StageInputs;
  /** An empty folder to write into. It becomes the artifact when `run` returns. */
  readonly output: string;
  /** A folder that survives a kill and is handed to the next attempt at the same work; gone once the stage ends well. */
  readonly checkpoint: string;
  /** Processor cores granted. It must never change the bytes written. */
  readonly cpus: number;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
  /** What is known to hold of the inputs, such as `simulated`; inherited by this artifact and all that follow. */
  readonly marks: readonly string[];
  /** Adds a mark to this artifact and to everything made from it. */
  readonly mark: (name: string) => void;
  readonly progress: (update: StageProgress) => void;
  /** One line for the log, kept with the artifact. */
  readonly log: (line: string) => void;
  readonly metric: (metric: Metric) => void;
}

export interface StageInputs {
  /** The input of that name; an error when it is absent or holds several. */
  one(name: string): StageInput;
  /** The input of that name, or undefined when its declaration resolved to null. */
  optional(name: string): StageInput | undefined;
  /** Every point of a swept input, in the order of the sweep. */
  all(name: string): readonly StageInput[];
}

export interface StageInput {
  /** Absolute path of a file or folder. Read only. */
  readonly path: string;
  /** As a person would name it: `gmm`, `features/test`, `../photos`. */
  readonly origin: string;
  /** The overrides of the edge: `{ "gmm.components": 4 }`; empty for a plain one. */
  readonly overrides: Readonly<Record<string, Json>>;
}

export interface StageProgress {
  readonly done: number;
  readonly total: number;
  /** What is counted: `photos`, `steps`. */
  readonly unit: string;
  /** A short remark: `loss 0.412`. */
  readonly note?: string;
}

export interface Metric {
  /** Dotted: `auc.mean`, `ranking.iso`. Once in a node. */
  readonly name: string;
  /** Null, NaN and the infinities are no value: the stage has measured and got nothing. Kept as null. */
  readonly value: number | null;
  readonly direction: 'higher' | 'lower' | 'none';
  /** `percent`, `s`, `1`, `photos`. */
  readonly unit: string;
  /** How many observations stand behind it. */
  readonly count?: number;
}

export interface StageDefinition<Parameters> {
  run(context: StageContext<Parameters>): Promise<void>;
  /** A Markdown file of the artifact that is printed when the stage is the target of a run. */
  readonly display?: string;
}

export function defineStage<Parameters>(
  definition: StageDefinition<Parameters>,
): StageDefinition<Parameters> {
  return definition;
}
