/**
 * What was read of the photographs, shard by shard, as one index: the draw and files of equal bytes are settled here, and
 * what cannot be used is listed with the reason. No picture is opened, and no more than what decides is held.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../src/failure.ts';
import { choosePhotos, type IndexedReading } from '../src/science/datasets/choose-photos.ts';
import { mergeById, readJsonLines } from '../src/science/datasets/json-lines.ts';
import { countByCode, refuseUnusable } from '../src/science/datasets/photo-quality.ts';
import { writePhotoIndex } from '../src/science/datasets/photos.ts';
import { defineStage } from '../src/stage.ts';
import type { IngestParameters } from './parameters.ts';

export default defineStage<IngestParameters>({
  async run({ params, inputs, output, log, metric }) {
    const { limit, maximumBroken } = params;
    const files = inputs.all('readings').map(({ path }) => join(path, 'readings.jsonl'));
    const all = () => mergeById(files.map(readingsIn));
    const verdictOf = await choosePhotos(all(), { ...params, limit: limit ?? undefined });
    const used = async function* (readings: AsyncIterable<IndexedReading>) {
      for await (const reading of readings) {
        const verdict = verdictOf(reading);
        if (verdict.kind === 'used') yield verdict.photo;
      }
    };
    const excluded = async function* (readings: AsyncIterable<IndexedReading>) {
      for await (const reading of readings) {
        const verdict = verdictOf(reading);
        if (verdict.kind === 'excluded') yield verdict.item;
      }
    };

    const left = await Array.fromAsync(excluded(all()));
    let usable = 0;
    for await (const _ of used(all())) usable += 1;
    for (const { id, code, reason } of left) log(`${id}: ${code} ${reason}`);
    if (limit !== null && usable < limit)
      log(`${usable} photographs can be used, fewer than the ${limit} of ingest.limit`);
    const unusable = refuseUnusable(usable, left, maximumBroken);
    if (unusable !== undefined) throw new FailureError(unusable);

    await writePhotoIndex(join(output, 'photos.json'), { photos: used(all()), excluded: left });
    for (const [i, file] of files.entries()) {
      const folder = join(output, String(i + 1));
      await mkdir(folder);
      const ids: string[] = [];
      for await (const { id } of used(readingsIn(file))) ids.push(id);
      await writeFile(join(folder, 'files.json'), `${JSON.stringify(ids)}\n`);
      const part = { photos: used(readingsIn(file)), excluded: excluded(readingsIn(file)) };
      await writePhotoIndex(join(folder, 'photos.json'), part);
    }
    const count = usable + left.length;
    metric({ name: 'photos.usable', value: usable, direction: 'higher', unit: 'photos', count });
    for (const [code, value] of countByCode(left))
      metric({ name: `photos.excluded.${code}`, value, direction: 'lower', unit: 'photos', count });
  },
});

const readingsIn = (file: string) => readJsonLines<IndexedReading>(file);
