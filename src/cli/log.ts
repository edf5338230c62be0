/** `pipe log NODE` */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import type { PlannedNode } from '../graph/plan.ts';
import type { Store } from '../store/store.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { notRun, planTargets } from './planned-target.ts';

export async function log(name: string, options: ConfigurationOptions): Promise<number> {
  let code: number = exitCode.ok;
  for (const { artifact, planned, store } of await planTargets(name, options)) {
    const failed = failedLog(planned, store);
    if (failed !== undefined) {
      console.error(`${planned.node.name} failed when it ran last; this is that log`);
      await print(failed);
      continue;
    }
    const shown = artifact ?? (await store.lastOfNode(planned.node));
    if (shown === undefined) {
      console.error(notRun(planned.node.name).message);
      code = exitCode.workToDo;
      continue;
    }
    if (artifact === undefined)
      console.error(`${planned.node.name} would run again; this is the log of its last result`);
    await print(shown.log);
  }
  return code;
}

/** Of the attempt that would be made again now. */
function failedLog({ node, decision }: PlannedNode, { layout }: Store): string | undefined {
  if (decision.kind !== 'run' || decision.key === null) return undefined;
  const log = join(layout.failedLogs, `${layout.workName(node.stage, decision.key)}.txt`);
  return existsSync(log) ? log : undefined;
}

const print = async (file: string): Promise<void> =>
  pipeline(createReadStream(file), process.stdout, { end: false });
