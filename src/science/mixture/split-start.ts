/**
 * A warm start along K: a mixture of half as many components is fitted first, from one of half of those, and its largest
 * components are split in two. A sweep over K gets mixtures that refine one another, at the price of the smaller fits.
 */
import type { Random } from '../random.ts';
import { maximizeExpectation, type MaximizationSettings } from './expectation-maximization.ts';
import type { FeatureRows } from './rows.ts';

/** The label (0..K-1) of every row (N). `cluster` gives the rows it is handed one of two labels. */
export async function splitLabels(
  rows: FeatureRows,
  settings: MaximizationSettings,
  random: Random,
  cluster: (rows: FeatureRows, random: Random) => Promise<Int32Array>,
): Promise<Int32Array> {
  const { components } = settings;
  if (components === 1) return new Int32Array(rows.count);
  const fewer = { ...settings, components: Math.ceil(components / 2) };
  const { labels } = await maximizeExpectation(rows, await splitLabels(rows, fewer, random, cluster), fewer);
  for (const [i, component] of bySize(labels, fewer.components).entries()) {
    const added = fewer.components + i;
    if (added === components) break;
    const members = Int32Array.from(labels.keys()).filter((row) => labels[row] === component);
    if (members.length < 2) break;
    const halves = await cluster(rowsAt(rows, members), random);
    members.forEach((row, j) => {
      if (halves[j] === 1) labels[row] = added;
    });
  }
  return labels;
}

/** The components, those with most rows first, the first of equals. */
function bySize(labels: Int32Array, components: number): number[] {
  const sizes = new Int32Array(components);
  for (const label of labels) sizes[label] = (sizes[label] as number) + 1;
  return [...sizes.keys()].toSorted((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
}

/** The chosen rows alone. */
function rowsAt(rows: FeatureRows, chosen: Int32Array): FeatureRows {
  const { width } = rows;
  return {
    count: chosen.length,
    width,
    async read(first, count) {
      const block = new Float64Array(count * width);
      for (let i = 0; i < count; i++) block.set(await rows.read(chosen[first + i] as number, 1), i * width);
      return block;
    },
  };
}
