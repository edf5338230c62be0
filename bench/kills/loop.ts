/** Kills runs at random moments and counts those after which all was well. */
import { randomOf } from '../../src/science/random.ts';
import { Trial } from './trial.ts';

export interface KillCount {
  readonly killed: number;
  readonly survived: number;
  readonly faults: readonly string[];
}

/** Runs that end before their kill do not count. */
export async function killLoop(
  root: string,
  { kills, seed }: { readonly kills: number; readonly seed: number },
): Promise<KillCount> {
  const trial = new Trial(root);
  const random = randomOf(seed, 'kills');
  const faults: string[] = [];
  let killed = 0;
  let survived = 0;
  // How long a run takes is found out on the way: kills are spread over all of it.
  let longest = 400;
  for (let round = 0; killed < kills; round++) {
    trial.change({
      scale: Math.floor(random.uniform() * 4),
      data: `data ${Math.floor(random.uniform() * 4)} of ${Math.floor(round / 3)}\n`.repeat(500),
    });
    const wasRunning = await trial.runAndKill(random.uniform() * longest);
    longest = wasRunning ? Math.min(longest * 1.05, 3000) : longest * 0.9;
    if (!wasRunning) continue;
    killed += 1;
    const found = [
      ...(await trial.faultsOfStore()),
      ...(killed % 3 === 0 ? await trial.faultsOfResult() : []),
    ];
    faults.push(...found.map((fault) => `kill ${killed}: ${fault}`));
    if (found.length === 0) survived += 1;
  }
  return { killed, survived, faults };
}
