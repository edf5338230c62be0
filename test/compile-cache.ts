/**
 * One compile cache for all that tests start, gone with the run. Hundreds of tests start the command in a store of their own, and
 * some as another user, who may not write into node_modules: each would strip and compile the same sources anew.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function setUp(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-compiled-'));
  // Node makes a folder for each user in it.
  chmodSync(folder, 0o1777);
  process.env['NODE_COMPILE_CACHE'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
