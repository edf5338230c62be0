/** `pipe log NODE` */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { gitHubLog } from '../report/text/github-log.ts';
import { terminalText } from '../report/text/terminal.ts';
import { failedLog } from '../run/failed-attempt.ts';
import { openStored } from '../store/stored-file.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { isRead, tell } from './output.ts';
import { notRun, planTargets } from './planned-target.ts';

export async function log(name: string, options: ConfigurationOptions): Promise<number> {
  let code: number = exitCode.ok;
  for (const { artifact, planned, store } of await planTargets(name, options)) {
    const { decision, node } = planned;
    const key = decision.kind === 'run' ? decision.key : null;
    const failed = key === null ? undefined : failedLog(store.layout, node.stage, key);
    if (failed !== undefined) {
      tell(`${planned.node.name} failed when it ran last; this is that log`);
      await printLog(failed);
      continue;
    }
    const shown = artifact ?? (await store.lastOfNode(planned.node));
    if (shown === undefined) {
      tell(notRun(planned.node.name).message);
      code = exitCode.workToDo;
      continue;
    }
    if (artifact === undefined)
      tell(`${planned.node.name} would run again; this is the log of its last result`);
    await printLog(shown.log);
  }
  return code;
}

/** A terminal, or the runner of a CI job, is shown a text; anything else is given the bytes. */
async function printLog(file: string): Promise<void> {
  if (process.stdout.isTTY || isRead(1))
    await pipeline(streamOf(file, 'utf8'), shownLines, process.stdout, { end: false });
  else await pipeline(streamOf(file), process.stdout, { end: false });
}

/** Nothing where the store has something else in place of the log. */
function streamOf(file: string, encoding?: BufferEncoding): Readable {
  try {
    return createReadStream(file, { fd: openStored(file), encoding });
  } catch {
    return Readable.from([]);
  }
}

async function* shownLines(pieces: AsyncIterable<string>): AsyncIterable<string> {
  let begun = '';
  for await (const piece of pieces) {
    const end = piece.lastIndexOf('\n') + 1;
    if (end > 0) yield shown(begun + piece.slice(0, end));
    begun = end > 0 ? piece.slice(end) : begun + piece;
  }
  if (begun !== '') yield shown(begun);
}

const shown = (text: string): string => (isRead(1) ? gitHubLog(terminalText(text)) : terminalText(text));
