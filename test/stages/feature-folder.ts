import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNpy } from '../../src/science/array/npy.ts';
import { randomOf } from '../../src/science/random.ts';

/** Writes a described set of images of these rows, (N, width). */
export async function featureFolder(
  folder: string,
  data: Float32Array<ArrayBuffer>,
  width: number,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const rows = data.length / width;
  await writeNpy(join(folder, 'features.npy'), { type: '<f4', shape: [rows, width], data });
  const ids = Array.from({ length: rows }, (_, i) => `${i}.jpg`);
  await writeFile(join(folder, 'index.json'), JSON.stringify({ ids, excluded: [] }));
  return folder;
}

/** Independent normal numbers around `mean`. */
export function normalRows(name: string, count: number, width: number, mean = 0): Float32Array<ArrayBuffer> {
  const random = randomOf(1, name);
  return Float32Array.from({ length: count * width }, () => mean + random.normal());
}
