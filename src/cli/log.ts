/** `pipe log NODE` */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { notRun, planTargets } from './planned-target.ts';

export async function log(name: string, options: ConfigurationOptions): Promise<number> {
  let code: number = exitCode.ok;
  for (const { artifact, planned, store } of await planTargets(name, options)) {
    const shown = artifact ?? (await store.lastOfNode(planned.node));
    if (shown === undefined) {
      console.error(notRun(planned.node.name).message);
      code = exitCode.workToDo;
      continue;
    }
    if (artifact === undefined)
      console.error(`${planned.node.name} would run again; this is the log of its last result`);
    await pipeline(createReadStream(shown.log), process.stdout, { end: false });
  }
  return code;
}
