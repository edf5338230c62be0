/** Many trials, side by side. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { randomOf } from '../../src/science/random.ts';
import { described, drawPlan } from './faults.ts';
import { openStates } from './states.ts';
import { tryOut } from './trial.ts';

export interface LoopOptions {
  /** An empty folder. */
  readonly root: string;
  readonly trials: number;
  readonly seed: number;
  /** The command line under trial. */
  readonly program: string;
  /** How many trials at a time. */
  readonly jobs: number;
  /** Small file systems, one for each of those; none where no disk can be mounted. */
  readonly disks: readonly string[];
  readonly hasStrace: boolean;
  readonly onTrial?: (done: number) => void;
}

export interface LoopCount {
  readonly trials: number;
  readonly healed: number;
  readonly faults: readonly string[];
  /** How many trials there were of each kind of fault, and in how many of them it came about. */
  readonly kinds: Readonly<Record<string, { readonly drawn: number; readonly struck: number }>>;
}

/** Each trial draws its fault from the seed and its own number, whatever runs beside it. */
export async function killLoop(options: LoopOptions): Promise<LoopCount> {
  const { root, trials, seed, program, jobs, disks, hasStrace, onTrial } = options;
  mkdirSync(root, { recursive: true });
  // An ordinary user may not write where the command line keeps what Node compiles: most of a trial would be compiling.
  process.env['NODE_COMPILE_CACHE'] = join(root, 'compiled');
  const states = openStates(root, program);
  await states.warmUp();
  const faults: string[] = [];
  const kinds: Record<string, { drawn: number; struck: number }> = {};
  let healed = 0;
  let done = 0;
  const numbers = Array.from({ length: trials }, (_, index) => index).values();
  const work = async (_: unknown, worker: number): Promise<void> => {
    for (const number of numbers) {
      const disk = disks[worker];
      const plan = await drawPlan(randomOf(seed, 'kills', number), {
        callsOf: hasStrace ? (state, victim) => states.calls(state, victim) : undefined,
        hasDisk: disks.length > 0,
        longest: 2000,
      });
      const kind = (kinds[plan.fault.kind] ??= { drawn: 0, struck: 0 });
      kind.drawn += 1;
      const { faults: found, struck } = await tryOut(plan, join(root, `trial-${number}`), states, disk);
      if (struck) kind.struck += 1;
      faults.push(...found.map((fault) => `trial ${number} (${described(plan)}): ${fault}`));
      if (found.length === 0) healed += 1;
      onTrial?.(++done);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return { trials, healed, faults, kinds };
}
