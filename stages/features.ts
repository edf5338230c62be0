/** The features of all images, from the shards they were made in: a row for each image of each set. */
import { reportSets } from '../src/science/datasets/describe-folders.ts';
import { joinSets } from '../src/science/datasets/join-sets.ts';
import { readListedSets } from '../src/science/datasets/listed-sets.ts';
import { defineStage } from '../src/stage.ts';

export default defineStage<Record<string, never>>({
  async run({ inputs, output, log, metric }) {
    const sets = await readListedSets(inputs.one('sets').path);
    const shards = inputs.all('shards').map(({ path }) => path);
    const indices = await joinSets(sets, shards, output);
    const places = sets.map(({ name, source, folder }) => ({ name, root: `${source}/${folder}` }));
    const { described, excluded } = reportSets(places, indices, log);
    const count = described + excluded;
    metric({ name: 'images', value: described, direction: 'higher', unit: 'images', count });
    metric({ name: 'excluded', value: excluded, direction: 'lower', unit: 'images', count });
  },
});
