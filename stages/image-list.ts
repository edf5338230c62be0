/** Which real faces and generated images train, choose and test: drawn once for all, then parted into shards by their paths. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageSets } from '../src/science/datasets/image-sets.ts';
import { filesIn, shardOfSets, type ListedSet } from '../src/science/datasets/listed-sets.ts';
import { defineStage } from '../src/stage.ts';
import type { ImageListParameters } from './parameters.ts';

export default defineStage<ImageListParameters>({
  async run({ params: { split, seed, shards }, inputs, output, metric }) {
    const sources = {
      faces: inputs.one('faces').path,
      generated: inputs.optional('generated')?.path,
      generatedValidation: inputs.optional('generatedValidation')?.path,
    };
    const located = await imageSets(sources, split, seed);
    const sets = located.map(({ name, source, folder, ids }): ListedSet => ({ name, source, folder, ids }));
    const write = (name: string, value: unknown): Promise<void> =>
      writeFile(join(output, name), `${JSON.stringify(value)}\n`);
    await write('sets.json', sets);
    for (let shard = 1; shard <= shards; shard++) {
      const part = shardOfSets(sets, shard, shards);
      await mkdir(join(output, String(shard)));
      await write(`${shard}/sets.json`, part);
      for (const source of ['faces', 'generated', 'generatedValidation'] as const)
        await write(`${shard}/${source}.json`, filesIn(part, source));
    }
    const images = sets.reduce((sum, { ids }) => sum + ids.length, 0);
    metric({ name: 'images', value: images, direction: 'none', unit: 'images' });
  },
});
