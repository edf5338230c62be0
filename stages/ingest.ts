/**
 * Photographs to an index: every picture is decoded once, its camera settings are read from EXIF, and what cannot be used
 * is listed with the reason. The pictures stay where they are.
 */
import { join } from 'node:path';
import { FailureError } from '../src/failure.ts';
import { countByCode, refuseUnusable } from '../src/science/datasets/photo-quality.ts';
import { indexPhotos } from '../src/science/datasets/index-photos.ts';
import { openPhotoSource, type PassedOver } from '../src/science/datasets/photo-source.ts';
import { writePhotoIndex } from '../src/science/datasets/photos.ts';
import { defineStage } from '../src/stage.ts';
import type { IngestParameters } from './parameters.ts';

export default defineStage<IngestParameters>({
  async run({ params, inputs, output, checkpoint, cpus, signal, progress, log, metric }) {
    const { path, origin } = inputs.one('photos');
    const { layout, licences, limit } = params;
    const { photos, passedOver } = await openPhotoSource(path, {
      layout,
      licences: licences ?? undefined,
      signal,
    });
    for (const { code, count, first } of passedOver)
      log(`passed over ${count} photos: ${passedOverWords[code]}; the first: ${first}`);
    const index = await indexPhotos(path, photos, {
      ...params,
      limit: limit ?? undefined,
      concurrency: cpus,
      journal: join(checkpoint, 'photos.jsonl'),
      signal,
      onProgress: (done, total) => progress({ done, total, unit: 'photos' }),
    });
    for (const { id, code, reason } of index.excluded) log(`${id}: ${code} ${reason}`);
    if (limit !== null && index.photos.length < limit)
      log(`${index.photos.length} photographs can be used, fewer than the ${limit} of ingest.limit`);
    const unusable = refuseUnusable(index, params.maximumBroken);
    if (unusable !== undefined) throw new FailureError({ ...unusable, place: origin });

    await writePhotoIndex(join(output, 'photos.json'), index);
    const count = index.photos.length + index.excluded.length;
    metric({ name: 'photos.usable', value: index.photos.length, direction: 'higher', unit: 'photos', count });
    for (const [code, value] of countByCode(index.excluded))
      metric({ name: `photos.excluded.${code}`, value, direction: 'lower', unit: 'photos', count });
  },
});

const passedOverWords: Readonly<Record<PassedOver['code'], string>> = {
  EXIF_MISSING: 'the data set has no EXIF for them',
  IMAGE_MISSING: 'the data set lists them, but their pictures are not there',
  LICENCE_OTHER: 'their licence is none of ingest.licences',
};
