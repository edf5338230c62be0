/** The sets of images as `image-list` writes them, whole and in shards, for stages that describe a shard each. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSources, LocatedSet } from './image-sets.ts';
import { shardOf } from './shards.ts';

/** `sets.json`: a set without the place of its source, which another machine has elsewhere. */
export type ListedSet = Omit<LocatedSet, 'root'>;

/** The part of each set that belongs to `shard`, by source and path of the image; sets without any of it have no images. */
export function shardOfSets(sets: readonly ListedSet[], shard: number, shards: number): ListedSet[] {
  return sets.map((set) => ({
    ...set,
    ids: set.ids.filter((id) => shardOf(`${set.source}/${pathIn(set, id)}`, shards) === shard),
  }));
}

/** Paths of the images relative to the source, in no order; an image can be in several sets. */
export function filesIn(sets: readonly ListedSet[], source: keyof ImageSources): string[] {
  const files = sets.flatMap((set) => (set.source === source ? set.ids.map((id) => pathIn(set, id)) : []));
  return [...new Set(files)];
}

export async function readListedSets(file: string): Promise<ListedSet[]> {
  return JSON.parse(await readFile(file, 'utf8')) as ListedSet[];
}

/** The sets where their sources are. */
export function located(sets: readonly ListedSet[], sources: ImageSources): LocatedSet[] {
  return sets.map((set) => ({ ...set, root: join(sources[set.source] as string, set.folder) }));
}

const pathIn = ({ folder }: ListedSet, id: string): string => (folder === '' ? id : `${folder}/${id}`);
