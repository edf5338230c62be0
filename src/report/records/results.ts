/** Recorded results: small, in a stable order, one line a fact, so that version control merges and shows them well. */
import { FailureError } from '../../failure.ts';
import { compareCodePoints } from '../../graph/encoding.ts';
import type { Json } from '../../json.ts';
import type { Metric } from '../../stage.ts';
import { faultsBySchema } from '../schema.ts';

/** `schemas/results.schema.json` describes every member. */
export interface Results {
  /** 1: as older versions wrote it. */
  readonly format: 1 | 2;
  readonly experiment: string;
  readonly target: string;
  readonly marks: readonly string[];
  readonly seconds: number;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly sweep: Readonly<Record<string, readonly Json[]>>;
  /** By stage, of all that have a part in the target: a digest of its declaration. */
  readonly declarations?: Readonly<Record<string, string>>;
  readonly stages: Readonly<Record<string, RecordedStage>>;
  readonly metrics: readonly RecordedMetric[];
}

export interface RecordedStage {
  readonly code: string;
  /** Of its code what is written in the project. */
  readonly source?: string;
  /** Of the files and folders outside of the store that it reads. */
  readonly paths?: string;
  readonly artifacts: readonly { readonly key: string; readonly digest: string }[];
}

export interface RecordedMetric extends Metric {
  readonly deviation?: number;
  readonly repetitions?: number;
}

/** Every parameter, stage and metric on a line of its own. */
export function resultsText(results: Results): string {
  const lines = Object.entries(results).map(([name, value]: [string, unknown]) => {
    if (Array.isArray(value) && value.some((item) => typeof item === 'object'))
      return `  "${name}": [\n${value.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
    if (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0
    ) {
      const members = Object.entries(value)
        .toSorted(([a], [b]) => compareCodePoints(a, b))
        .map(([key, member]) => `    ${JSON.stringify(key)}: ${JSON.stringify(member)}`);
      return `  "${name}": {\n${members.join(',\n')}\n  }`;
    }
    return `  "${name}": ${JSON.stringify(value)}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** Errors: `RESULTS_INVALID`. */
export async function parseResults(text: string, place: string): Promise<Results> {
  const found = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw invalid(place, (error as Error).message);
    }
  })();
  const faults = await faultsBySchema('results', found);
  if (faults.length > 0) throw invalid(place, faults.slice(0, 3).join('; '));
  return found as Results;
}

/** `RESULTS_INVALID`, of a record that cannot even be read. */
export const resultsUnreadable = (place: string, error: unknown): FailureError =>
  invalid(place, (error as Error).message, 'take away what stands there, and write it: pipe record');

const invalid = (place: string, what: string, remedy = 'write it again: pipe record'): FailureError =>
  new FailureError({ code: 'RESULTS_INVALID', message: `holds no recorded results: ${what}`, place, remedy });
