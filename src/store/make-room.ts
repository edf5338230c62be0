/** On a full disk not even a lock has room: a removal, which would make some, could not begin. */
import type { Layout } from './layout.ts';
import { removeTree } from './remove-tree.ts';
import { isCode } from './system-error.ts';

/** Does the work; where there is no room, once more without what nobody needs and what is soon made again. */
export async function makingRoom<Value>(layout: Layout, work: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!isCode(error, 'ENOSPC', 'EDQUOT')) throw error;
    const { trash, spares, settledRuns, graphs, compiled } = layout;
    for (const folder of [trash, spares, settledRuns, graphs, compiled])
      await removeTree(folder).catch(() => undefined);
    return work();
  }
}
