/** The control: hand-made statistics of noise and spectrum of the real faces and the generated ones. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFolders } from '../src/science/datasets/describe-folders.ts';
import { imageStatistics, statisticNames } from '../src/science/statistics/image-statistics.ts';
import { defineStage } from '../src/stage.ts';
import type { StatisticsParameters } from './parameters.ts';

export default defineStage<StatisticsParameters>({
  async run(context) {
    const { params, inputs, output, metric } = context;
    const { size } = params;
    const describe = (images: Uint8Array, count: number): Float32Array => {
      const length = size * size * 3;
      const rows = Array.from({ length: count }, (_, i) =>
        imageStatistics(images.subarray(i * length, (i + 1) * length), size),
      );
      return Float32Array.from(rows.flat());
    };
    const { described, excluded } = await describeFolders(
      { width: statisticNames.length, describe },
      {
        faces: inputs.one('faces').path,
        generated: inputs.optional('generated')?.path,
        generatedValidation: inputs.optional('generatedValidation')?.path,
      },
      { ...context, ...params, batch: 32 },
    );
    await writeFile(join(output, 'names.json'), `${JSON.stringify(statisticNames, null, 1)}\n`);
    const count = described + excluded;
    metric({ name: 'images', value: described, direction: 'higher', unit: 'images', count });
    metric({ name: 'excluded', value: excluded, direction: 'lower', unit: 'images', count });
  },
});
