/** How fast training goes: images a second, time left, and the share of the time spent waiting for pictures. For people alone. */
export interface Pace {
  /** Takes the time until the batch is there as waiting. */
  waitFor<Batch>(batch: Promise<Batch>): Promise<Batch>;
  /** `83.1 images/s, 12 min left`, after `done` steps of which `left` remain. */
  describe(done: number, left: number): string;
  /** Of each of `done` steps. */
  secondsPerStep(done: number): number;
  /** Of the time since the start. */
  waitedShare(): number;
}

/** `batch`: images in a step. */
export function startPace(batch: number): Pace {
  const start = performance.now();
  let waited = 0;
  const secondsPerStep = (done: number): number => (performance.now() - start) / 1000 / done;
  return {
    secondsPerStep,
    async waitFor(promise) {
      const from = performance.now();
      const result = await promise;
      waited += performance.now() - from;
      return result;
    },
    describe(done, left) {
      const seconds = secondsPerStep(done);
      return `${Number((batch / seconds).toPrecision(3))} images/s, ${inWords(seconds * left)} left`;
    },
    waitedShare: () => waited / (performance.now() - start),
  };
}

/** `35 s`, `12 min`, `3.5 h`. */
export function inWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
