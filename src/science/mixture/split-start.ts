/**
 * A warm start along K: the largest components of a mixture of fewer are split in two, until there are enough. That mixture is
 * one at hand, or one of half as many components is fitted first, from one of half of those. A sweep over K gets mixtures that
 * refine one another.
 */
import type { Random } from '../random.ts';
import { openEngine } from './engines.ts';
import { maximizeExpectation, type MaximizationSettings } from './expectation-maximization.ts';
import type { Mixture } from './mixture.ts';
import type { FeatureRows } from './rows.ts';

/** Gives the rows it is handed one of two labels. */
type Halve = (rows: FeatureRows, random: Random) => Promise<Int32Array>;

/** The label (0..K-1) of every row (N), by splitting a mixture of half as many components. */
export async function splitLabels(
  rows: FeatureRows,
  settings: MaximizationSettings,
  random: Random,
  halve: Halve,
): Promise<Int32Array> {
  const { components } = settings;
  if (components === 1) return new Int32Array(rows.count);
  const fewer = { ...settings, components: Math.ceil(components / 2) };
  const { labels } = await maximizeExpectation(rows, await splitLabels(rows, fewer, random, halve), fewer);
  return splitLargest(rows, labels, { from: fewer.components, to: components }, random, halve);
}

/** The label (0..K-1) of every row (N), by splitting a mixture of fewer components. */
export async function splitMixture(
  rows: FeatureRows,
  mixture: Mixture,
  settings: MaximizationSettings,
  random: Random,
  halve: Halve,
): Promise<Int32Array> {
  const from = mixture.components.length;
  const engine = await openEngine(rows, mixture.covariance, { ...settings, components: from });
  const labels = new Int32Array(rows.count).fill(-1);
  try {
    await engine.expect(mixture, labels);
  } finally {
    await engine.close();
  }
  return splitLargest(rows, labels, { from, to: settings.components }, random, halve);
}

/** Splits the components with most rows, each of them once before any is split again. Replaces `labels` (N). */
async function splitLargest(
  rows: FeatureRows,
  labels: Int32Array,
  { from, to }: { readonly from: number; readonly to: number },
  random: Random,
  halve: Halve,
): Promise<Int32Array> {
  let next = from;
  while (next < to) {
    const before = next;
    for (const component of bySize(labels, before)) {
      const members = Int32Array.from(labels.keys()).filter((row) => labels[row] === component);
      if (next === to || members.length < 2) break;
      const halves = await halve(rowsAt(rows, members), random);
      members.forEach((row, i) => {
        if (halves[i] === 1) labels[row] = next;
      });
      next++;
    }
    if (next === before) break; // no component has two rows
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
