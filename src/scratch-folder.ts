/** A folder for files that somebody else is to read, gone with what it was made for. */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onExit } from 'signal-exit';

/** Among those of the system. It is removed when `use` has ended, and where a signal ends the process before. */
export async function withScratchFolder<Outcome>(
  name: string,
  use: (folder: string) => Promise<Outcome>,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), `pipe-${name}-`));
  const forget = onExit(() => rmSync(folder, { recursive: true, force: true }));
  try {
    return await use(folder);
  } finally {
    forget();
    await rm(folder, { recursive: true });
  }
}
