/** What there is to share on this machine. */
import { readdirSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Memory in GB (10^9 bytes) and devices; of anything else that stages name there is one. */
export function machineResources(): Readonly<Record<string, number>> {
  return { memory: totalmem() / 1e9, gpu: visibleGpus().length };
}

/** As `CUDA_VISIBLE_DEVICES` lists them, else every one that the driver knows, by its number. */
export function visibleGpus(): readonly string[] {
  const listed = process.env['CUDA_VISIBLE_DEVICES'];
  if (listed !== undefined) return listed.split(',').filter((name) => name !== '' && name !== '-1');
  try {
    return readdirSync('/proc/driver/nvidia/gpus').map((_, index) => String(index));
  } catch {
    return [];
  }
}
