/**
 * Photographs to an index: every picture is decoded once, its camera settings are read from EXIF, and what cannot be used
 * is listed with the reason. The pictures stay where they are.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../src/failure.ts';
import { countByCode, refuseUnusable } from '../src/science/datasets/photo-quality.ts';
import { indexPhotos } from '../src/science/datasets/photos.ts';
import { defineStage } from '../src/stage.ts';
import type { IngestParameters } from './parameters.ts';

export default defineStage<IngestParameters>({
  async run({ params, inputs, output, cpus, signal, progress, log, metric }) {
    const { path, origin } = inputs.one('photos');
    const index = await indexPhotos(path, {
      maximumPixels: params.maximumPixels,
      concurrency: cpus,
      signal,
      onProgress: (done, total) => progress({ done, total, unit: 'photos' }),
    });
    for (const { id, code, reason } of index.excluded) log(`${id}: ${code} ${reason}`);
    const unusable = refuseUnusable(index, params.maximumBroken);
    if (unusable !== undefined) throw new FailureError({ ...unusable, place: origin });

    await writeFile(join(output, 'photos.json'), `${JSON.stringify(index, null, 1)}\n`);
    const count = index.photos.length + index.excluded.length;
    metric({ name: 'photos.usable', value: index.photos.length, direction: 'higher', unit: 'photos', count });
    for (const [code, value] of countByCode(index.excluded))
      metric({ name: `photos.excluded.${code}`, value, direction: 'lower', unit: 'photos', count });
  },
});
