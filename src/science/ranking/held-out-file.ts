/** `held-out.json` of `pretrain`: what was learnt, on photographs not trained on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HeldOutResult } from './held-out.ts';

export interface HeldOutFile extends HeldOutResult {
  /** Photographs held out. */
  readonly faces: number;
}

/** `pretrain` writes no such file when no photographs are held out. */
export async function readHeldOut(folder: string): Promise<HeldOutFile | undefined> {
  const text = await readFile(join(folder, 'held-out.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as HeldOutFile);
}
