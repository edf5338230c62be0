/** `pipe record [TARGET]` */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { failureOf } from '../config/diagnostic.ts';
import {
  describeFailures,
  failureInShort,
  mostFailures,
  type FailedRun,
} from '../report/records/failed-run.ts';
import { recordedText, recordPath } from '../report/records/reference.ts';
import { resultsText } from '../report/records/results.ts';
import { writeAsked } from './asked-file.ts';
import { ConfigurationError } from './configuration-error.ts';
import { counted } from '../counted.ts';
import { currentResults, type CurrentResults } from './current-results.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { notRun } from './planned-target.ts';
import { projectRoot } from './project-root.ts';
import { tell } from './output.ts';

export interface RecordOptions extends ConfigurationOptions {
  readonly failure?: string;
}

export async function record(target: string | undefined, options: RecordOptions): Promise<number> {
  const { root, experiment, results, target: found, failed } = await currentOrFault(target, options);
  if (results === undefined) {
    if (options.failure !== undefined)
      await writeFailure(options.failure, failed ?? (await describeFailures(root, [])));
    tell(notRun(found).message);
    return exitCode.workToDo;
  }
  const place = join(root, recordPath(experiment));
  const text = resultsText(results);
  const before = recordedText(root, experiment);
  if (before !== undefined && withoutTime(before) === withoutTime(text)) {
    tell(`${recordPath(experiment)} is up to date`);
    return exitCode.ok;
  }
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, text);
  tell(`${counted(results.metrics.length, 'metric')} recorded in ${recordPath(experiment)}`);
  return exitCode.ok;
}

/** A configuration that cannot be used is a failure of the run too. */
async function currentOrFault(target: string | undefined, options: RecordOptions): Promise<CurrentResults> {
  try {
    return await currentResults(target, options);
  } catch (error) {
    if (options.failure !== undefined && error instanceof ConfigurationError) {
      const faults = error.diagnostics.map((fault) => failureInShort('configuration', failureOf(fault)));
      await writeFailure(
        options.failure,
        await describeFailures(projectRoot(), faults.slice(0, mostFailures)),
      );
    }
    throw error;
  }
}

async function writeFailure(file: string, failed: FailedRun): Promise<void> {
  await writeAsked(file, `${JSON.stringify(failed, null, 2)}\n`, '--failure');
}

/** The same work takes another time on each machine; that alone is nothing to commit. */
const withoutTime = (text: string): string => text.replace(/^ {2}"seconds": \d+,$/m, '');
