/** How the benches measure and print: the cases take turns, the least of several rounds counts, ratios are of one run. */

/** The least processor seconds of one call of each case, of all its threads; the first round warms up and is left out. */
export async function leastProcessorSeconds<Name extends string>(
  cases: Readonly<Record<Name, (index: number) => unknown>>,
  { rounds, repetitions }: { readonly rounds: number; readonly repetitions: number },
): Promise<Record<Name, number>> {
  const names = Object.keys(cases) as Name[];
  const least = Object.fromEntries(names.map((name) => [name, Infinity])) as Record<Name, number>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const start = process.cpuUsage();
      for (let index = 0; index < repetitions; index++) await cases[name](index);
      const { user, system } = process.cpuUsage(start);
      if (round > 0) least[name] = Math.min(least[name], (user + system) / 1e6 / repetitions);
    }
  }
  return least;
}

interface Measurement {
  readonly suite: string;
  readonly case: string;
  readonly seconds: number;
  /** A peer's name, or `limit`. */
  readonly against: string;
  readonly againstSeconds: number;
  readonly note: string;
}

/** One line: for people, who read both figures as `inWords` gives them, or an object with `--json`. */
export function report(measurement: Measurement, inWords = milliseconds): void {
  const { suite, seconds, against, againstSeconds, note } = measurement;
  const ratio = seconds / againstSeconds;
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ...measurement, ratio }));
  else
    console.log(
      `${suite}  ${measurement.case}  ${inWords(seconds)}  ${ratio.toFixed(2)} x ${against} (${inWords(againstSeconds)})  ${note}`,
    );
}

const milliseconds = (seconds: number): string => `${(seconds * 1000).toPrecision(3)} ms`;
