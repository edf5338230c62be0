/** `pipe data stats`: the spread of the four tags, the ties, the cameras and licences of the photographs that can be used. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { photoStatistics } from '../src/science/datasets/photo-statistics.ts';
import { readPhotoIndex } from '../src/science/datasets/photos.ts';
import { statisticsPage } from '../src/science/datasets/statistics-page.ts';
import { tagNames } from '../src/science/exif/tags.ts';
import { defineStage } from '../src/stage.ts';

export default defineStage<Record<string, never>>({
  display: 'statistics.md',
  async run({ inputs, output, metric }) {
    const statistics = photoStatistics(await readPhotoIndex(join(inputs.one('index').path, 'photos.json')));
    await writeFile(join(output, 'statistics.json'), `${JSON.stringify(statistics, null, 1)}\n`);
    await writeFile(join(output, 'statistics.md'), statisticsPage(statistics));
    const { photos: count, tags } = statistics;
    for (const name of tagNames)
      metric({ name: `ties.${name}`, value: tags[name].ties, direction: 'lower', unit: 'share', count });
  },
});
