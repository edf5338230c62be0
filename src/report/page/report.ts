/** What a report shows, as data: gathered from the store by `collect.ts`, laid out by `page.ts`. */
import type { RunStatus } from '../../run/event.ts';
import type { Failure } from '../../failure.ts';
import type { Metric } from '../../stage.ts';
import type { Manifest } from '../../store/manifest.ts';

export interface Report {
  /** The project's name. */
  readonly project: string;
  /** As it would be typed: `-e smoke -S seed=1`; empty for the defaults. */
  readonly options: string;
  readonly marks: readonly string[];
  readonly targets: readonly ReportTarget[];
  /** In the order of the graph. */
  readonly nodes: readonly ReportNode[];
  /** Which stage takes what another one gives. */
  readonly edges: readonly (readonly [from: string, to: string])[];
  /** The last run that worked on any of the nodes. */
  readonly run: ReportRun | undefined;
  readonly parameters: readonly ReportParameter[];
  /** Whether the parameters could be compared with those of the bare pipeline. */
  readonly hasDefaults: boolean;
  readonly failures: readonly ReportFailure[];
  readonly comparisons: readonly Comparison[];
}

export interface ReportTarget {
  readonly node: string;
  readonly state: NodeState;
  /** Undefined where there is no result. */
  readonly manifest: Manifest | undefined;
  /** The stage's own page, Markdown made HTML with its pictures inside; undefined where it has none. */
  readonly page: string | undefined;
}

export type NodeState = 'ran' | 'stored' | 'failed' | 'skipped' | 'missing';

export interface ReportNode {
  readonly name: string;
  readonly stage: string;
  readonly state: NodeState;
  /** Seconds after the start of the run, for a node that worked in it. */
  readonly span: { readonly start: number; readonly end: number; readonly cpus: number } | undefined;
  /** What its artifact took to make, in whatever run that was. */
  readonly seconds: number | undefined;
  readonly manifest: Manifest | undefined;
}

export interface ReportRun {
  readonly id: string;
  /** Undefined for a run that is under way or was killed. */
  readonly status: RunStatus | undefined;
  /** ISO 8601, UTC, to the second. */
  readonly started: string;
  readonly seconds: number;
}

export interface ReportParameter {
  readonly stage: string;
  /** Dotted. */
  readonly path: string;
  /** As JSON; several where nodes of the stage differ. */
  readonly values: readonly string[];
  /** As JSON, where they are not those of the bare pipeline. */
  readonly defaults: readonly string[] | undefined;
}

export interface ReportFailure {
  readonly node: string;
  readonly failure: Failure;
  /** The last lines of its log. */
  readonly log: string;
}

/** All artifacts of one stage that the store holds: experiments beside each other. */
export interface Comparison {
  readonly stage: string;
  /** Parameters, of the stage or anything above it, in which the rows differ; with the stage's name before them. */
  readonly parameters: readonly string[];
  readonly metrics: readonly Pick<Metric, 'name' | 'unit' | 'direction'>[];
  readonly rows: readonly {
    readonly key: string;
    /** ISO 8601, UTC, to the second. */
    readonly finished: string;
    readonly seconds: number;
    readonly parameters: readonly (string | undefined)[];
    /** Null where it has no value; undefined where it was not measured. */
    readonly metrics: readonly (number | null | undefined)[];
    /** Whether the report's own graph has it. */
    readonly shown: boolean;
  }[];
}
