/** Described sets that were worked on in shards, as one: rows in the order of the whole set, whatever the number of shards. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNpy, openNpy } from '../array/npy.ts';
import type { SetIndex } from './describe-sets.ts';
import type { ListedSet } from './listed-sets.ts';

/** Rows read and written at a time, of each shard. */
const block = 256;

/** Writes `NAME/features.npy` and `NAME/index.json` of each set into `output`, as `describeSets` would have. */
export async function joinSets(
  sets: readonly ListedSet[],
  shards: readonly string[],
  output: string,
): Promise<SetIndex[]> {
  const indices: SetIndex[] = [];
  for (const set of sets) {
    const parts = await Promise.all(shards.map((folder) => openPart(join(folder, set.name))));
    try {
      indices.push(await joinSet(set, parts, join(output, set.name)));
    } finally {
      await Promise.all(parts.map((part) => part.close()));
    }
  }
  return indices;
}

async function joinSet(set: ListedSet, parts: readonly Part[], folder: string): Promise<SetIndex> {
  const partOf = new Map(parts.flatMap((part) => part.index.ids.map((id) => [id, part] as const)));
  const exclusions = new Map(parts.flatMap(({ index }) => index.excluded.map((item) => [item.id, item])));
  await mkdir(folder, { recursive: true });
  const width = parts.find(({ width }) => width > 0)?.width ?? 0;
  const writer = await createNpy(join(folder, 'features.npy'), '<f4', [width]);
  const ids: string[] = [];
  const excluded: SetIndex['excluded'][number][] = [];
  try {
    const rows = new Float32Array(block * width);
    let filled = 0;
    for (const id of set.ids) {
      const part = partOf.get(id);
      const exclusion = exclusions.get(id);
      if (part !== undefined) {
        rows.set(await part.next(), width * filled++);
        ids.push(id);
      } else if (exclusion !== undefined) excluded.push(exclusion);
      if (filled < block) continue;
      await writer.append(rows);
      filled = 0;
    }
    await writer.append(rows.subarray(0, width * filled));
  } finally {
    await writer.close();
  }
  const index: SetIndex = { ids, excluded };
  await writeFile(join(folder, 'index.json'), `${JSON.stringify(index, null, 1)}\n`);
  return index;
}

/** A shard of a set; its rows are asked for in their order, which is that of the whole set. */
interface Part {
  readonly index: SetIndex;
  readonly width: number;
  next(): Promise<Float32Array>;
  close(): Promise<void>;
}

async function openPart(folder: string): Promise<Part> {
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as SetIndex;
  const reader = await openNpy(join(folder, 'features.npy'), '<f4');
  const [count = 0, width = 0] = reader.shape;
  let rows = new Float32Array(0);
  let place = 0;
  return {
    index,
    width,
    async next() {
      const within = place % block;
      if (within === 0) rows = await reader.rows(place, Math.min(block, count - place));
      place += 1;
      return rows.subarray(width * within, width * (within + 1));
    },
    close: () => reader.close(),
  };
}
