/** One comparison with scikit-learn: results must agree, and the median of the rounds' ratios counts. */
import { report } from '../measure.ts';
import { runOurs, runPeer, type Outcome, type Task } from './task.ts';

interface Comparison {
  readonly name: string;
  /** Where the features lie. */
  readonly folder: string;
  /** Done one after the other; their times are added. */
  readonly tasks: readonly Task[];
  /** How often all of it is done, ours and the peer's in turn. */
  readonly rounds: number;
}

const measures = ['seconds', 'cpuSeconds', 'peakMemory'] as const;
type Totals = Readonly<Record<(typeof measures)[number], number>>;

/** Reports wall and processor seconds; nothing where there is no scikit-learn. */
export async function compare({ name, folder, tasks, rounds }: Comparison): Promise<void> {
  const pairs: { readonly ours: Totals; readonly theirs: Totals }[] = [];
  for (let round = 0; round < rounds; round++) {
    const ours: Outcome[] = [];
    const theirs: Outcome[] = [];
    for (const task of tasks) {
      const own = await runOurs(folder, task);
      const peer = await runPeer(folder, task);
      if (peer === undefined) return;
      check(`${name}, K=${task.components}`, own, peer);
      ours.push(own);
      theirs.push(peer);
    }
    pairs.push({ ours: totals(ours), theirs: totals(theirs) });
  }
  const byRatio = (measure: (typeof measures)[number]) =>
    pairs.toSorted((a, b) => a.ours[measure] / a.theirs[measure] - b.ours[measure] / b.theirs[measure]);
  const median = (measure: (typeof measures)[number]) =>
    byRatio(measure)[Math.floor(rounds / 2)] as (typeof pairs)[number];
  const { ours, theirs } = median('peakMemory');
  const memory = `peak memory ${(ours.peakMemory / theirs.peakMemory).toFixed(2)} of ${(theirs.peakMemory / 1e9).toFixed(2)} GB`;
  for (const measure of ['seconds', 'cpuSeconds'] as const) {
    const pair = median(measure);
    const ratios = byRatio(measure).map((each) => (each.theirs[measure] / each.ours[measure]).toFixed(1));
    report({
      suite: 'mixture',
      case: measure === 'seconds' ? name : `${name}: processor time`,
      seconds: pair.ours[measure],
      against: 'scikit-learn',
      againstSeconds: pair.theirs[measure],
      note: `${ratios.join(', ')} times as fast in ${rounds} rounds; ${memory}`,
    });
  }
}

/** Times added, the largest memory. */
function totals(outcomes: readonly Outcome[]): Totals {
  const sum = (measure: 'seconds' | 'cpuSeconds') =>
    outcomes.reduce((total, outcome) => total + outcome[measure], 0);
  return {
    seconds: sum('seconds'),
    cpuSeconds: sum('cpuSeconds'),
    peakMemory: Math.max(...outcomes.map(({ peakMemory }) => peakMemory)),
  };
}

function check(name: string, ours: Outcome, theirs: Outcome): void {
  if (ours.labels !== theirs.labels) throw new Error(`${name}: the labels differ`);
  if (ours.numbers.length !== theirs.numbers.length)
    throw new Error(`${name}: ${ours.numbers.length} numbers, scikit-learn has ${theirs.numbers.length}`);
  const scale = theirs.numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  ours.numbers.forEach((value, i) => {
    const expected = theirs.numbers[i] as number;
    if (!(Math.abs(value - expected) <= 1e-9 * scale))
      throw new Error(`${name}: ${value} at ${i}, scikit-learn's is ${expected}`);
  });
}
