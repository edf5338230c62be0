/**
 * Reads what a command measured from the file it wrote. A file that cannot be read throws no finished work away: the
 * output is kept, and the next run goes on from it once the file, or its declaration in pipeline.yaml, is mended.
 */
import { existsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

import { isAbsent, readPlainFile } from '../config/plain-file.ts';
import { FailureError, type Failure } from '../failure.ts';
import type { Node } from '../graph/node.ts';
import type { FinishedStage, StageResult } from '../store/finished.ts';
import type { Workspace } from '../store/workspace.ts';
import { NodeFault } from './fault.ts';
import type { RunContext } from './run-context.ts';
import { addToLog } from './stage/log.ts';
import { readMetrics } from './stage/metric.ts';

/** Throws a `NodeFault`. */
export function withMetrics(
  node: Node,
  { metrics, ...ended }: FinishedStage,
  workspace: Workspace,
  run: RunContext,
): StageResult {
  if (metrics !== null) return { ...ended, metrics };
  const declared = node.action.kind === 'command' ? node.action.metrics : undefined;
  const file = declared?.file ?? 'metrics.json';
  const place = join(workspace.output, file);
  const tell = (line: string): void => {
    addToLog(workspace.log, `${line}\n`);
    run.tell(node, { kind: 'node-log', stream: 'log', line });
  };
  if (declared === undefined && !existsSync(place)) return { ...ended, metrics: [] };
  try {
    const { metrics, leftOut } = readMetrics(bytesOf(place, file), file, declared?.directions);
    if (leftOut.length > 0) tell(`no metrics, for they are no numbers: ${leftOut.join(', ')}`);
    const wasMended = workspace.finished !== undefined && writtenAfter(place, ended);
    if (wasMended) tell(`${file} was written after the stage had ended`);
    return { ...ended, metrics };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    const log = workspace.keepUnread({ ...ended, metrics: null }, file);
    throw new NodeFault('metric-invalid', kept(error.failure, relative(run.root, place)), log);
  }
}

/** Errors: `METRICS_MISSING`, `METRIC_INVALID`. */
function bytesOf(place: string, file: string): Uint8Array {
  try {
    return readPlainFile(place);
  } catch (error) {
    const isMissing = isAbsent(error);
    throw new FailureError({
      code: isMissing ? 'METRICS_MISSING' : 'METRIC_INVALID',
      message: isMissing
        ? `the command ended well and did not write its file of metrics ${file}`
        : `the file of metrics cannot be read: ${(error as Error).message}`,
    });
  }
}

const writtenAfter = (place: string, { times }: Pick<FinishedStage, 'times'>): boolean =>
  statSync(place).mtimeMs > Date.parse(times.finished);

function kept({ remedy, ...failure }: Failure, place: string): Failure {
  const advice =
    'the work is kept: mend this file, or `metrics` of the stage in pipeline.yaml, and run again; the stage does not run again';
  return { ...failure, place, remedy: remedy === undefined ? advice : `${remedy}; ${advice}` };
}
