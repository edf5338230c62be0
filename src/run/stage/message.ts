/** What the runner and the process of a module stage say to each other. */
import type { Failure } from '../../failure.ts';
import type { Json } from '../../json.ts';
import type { Metric, StageInput, StageProgress } from '../../stage.ts';

/** The first and only message to the stage. */
export interface StageTask {
  /** Absolute path. */
  readonly module: string;
  readonly params: Json;
  readonly inputs: Readonly<Record<string, readonly StageInput[]>>;
  readonly output: string;
  readonly checkpoint: string;
  readonly cpus: number;
  readonly marks: readonly string[];
}

export type StageMessage =
  /** The module and all it imports are loaded. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'progress'; readonly progress: StageProgress }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'metric'; readonly metric: Metric }
  | { readonly kind: 'mark'; readonly name: string }
  | { readonly kind: 'done'; readonly display: string | null }
  | {
      readonly kind: 'failed';
      readonly reason: 'stage-error' | 'module-unusable' | 'interrupted';
      readonly failure: Failure;
      /** For the log. */
      readonly details: string;
    };
