/**
 * A shard of the photographs: every picture is decoded once and its camera settings are read from EXIF. What cannot be
 * used is kept with the reason. The pictures stay where they are.
 */
import { join } from 'node:path';
import { readPhotos } from '../src/science/datasets/index-photos.ts';
import { readJsonLines, writeJsonLines } from '../src/science/datasets/json-lines.ts';
import type { SourcePhoto } from '../src/science/datasets/photo-source.ts';
import { defineStage } from '../src/stage.ts';
import type { PhotoReadingsParameters } from './parameters.ts';

export default defineStage<PhotoReadingsParameters>({
  async run({ params, inputs, output, checkpoint, cpus, signal, progress }) {
    const photos = await Array.fromAsync(readJsonLines<SourcePhoto>(inputs.one('list').path));
    const readings = readPhotos(inputs.one('photos').path, photos, {
      ...params,
      concurrency: cpus,
      journal: join(checkpoint, 'photos.jsonl'),
      signal,
      onProgress: (done, total) => progress({ done, total, unit: 'photos' }),
    });
    await writeJsonLines(join(output, 'readings.jsonl'), readings);
  },
});
