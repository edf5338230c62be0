/** `pipe record [TARGET]` */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { recordPath } from '../report/records/reference.ts';
import { resultsText } from '../report/records/results.ts';
import { currentResults } from './current-results.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { notRun } from './planned-target.ts';
import { tell } from './output.ts';

export async function record(target: string | undefined, options: ConfigurationOptions): Promise<number> {
  const { root, experiment, results, target: found } = await currentResults(target, options);
  if (results === undefined) {
    tell(notRun(found).message);
    return exitCode.workToDo;
  }
  const place = join(root, recordPath(experiment));
  const text = resultsText(results);
  const before = await readFile(place, 'utf8').catch(() => undefined);
  if (before !== undefined && withoutTime(before) === withoutTime(text)) {
    tell(`${recordPath(experiment)} is up to date`);
    return exitCode.ok;
  }
  await mkdir(dirname(place), { recursive: true });
  await writeFile(place, text);
  tell(`${results.metrics.length} metrics recorded in ${recordPath(experiment)}`);
  return exitCode.ok;
}

/** The same work takes another time on each machine; that alone is nothing to commit. */
const withoutTime = (text: string): string => text.replace(/^ {2}"seconds": \d+,$/m, '');
