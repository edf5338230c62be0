/** What a node left that failed when it ran last. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Digest } from '../graph/node.ts';
import type { Layout } from '../store/layout.ts';

/** Its log, while the same work would be tried again: under another key, or after it went well, there is none. */
export function failedLog(layout: Layout, stage: string, key: Digest): string | undefined {
  const log = join(layout.failedLogs, `${layout.workName(stage, key)}.txt`);
  return existsSync(log) ? log : undefined;
}
