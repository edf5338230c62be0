/**
 * Which photographs there are, by what their data set says of them alone: no picture is opened. They are parted into shards
 * by their ids, for stages that each work on one: a photograph more changes the list of one shard.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonLines } from '../src/science/datasets/json-lines.ts';
import { openPhotoSource } from '../src/science/datasets/open-photo-source.ts';
import { passedOverWords, type SourcePhoto } from '../src/science/datasets/photo-source.ts';
import { drawByRank, shardOf } from '../src/science/datasets/shards.ts';
import { defineStage } from '../src/stage.ts';
import type { PhotoListParameters } from './parameters.ts';

export default defineStage<PhotoListParameters>({
  async run({ params, inputs, output, signal, log, metric }) {
    const { layout, licences, candidates, seed, shards } = params;
    const source = { layout, licences: licences ?? undefined, signal };
    const { photos, passedOver } = await openPhotoSource(inputs.one('photos').path, source);
    for (const { code, count, first } of passedOver)
      log(`passed over ${count} photos: ${passedOverWords[code]}; the first: ${first}`);
    const drawn = candidates === null ? photos : drawByRank(photos, candidates, seed);
    if (drawn.length < photos.length)
      log(`${drawn.length} of ${photos.length} photos are looked at (ingest.candidates)`);

    const parts = Array.from({ length: shards }, (): SourcePhoto[] => []);
    for (const photo of drawn) (parts[shardOf(photo.id, shards) - 1] as SourcePhoto[]).push(photo);
    for (const [i, part] of parts.entries()) {
      const folder = join(output, String(i + 1));
      await mkdir(folder);
      await writeJsonLines(join(folder, 'photos.jsonl'), part);
      await writeFile(join(folder, 'files.json'), `${JSON.stringify(part.flatMap(filesOf))}\n`);
    }
    metric({ name: 'photos', value: drawn.length, direction: 'none', unit: 'photos', count: photos.length });
  },
});

const filesOf = ({ id, exif, beside }: SourcePhoto): string[] =>
  [id, exif, beside].filter((file) => file !== undefined);
