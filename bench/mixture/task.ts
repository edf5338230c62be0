/** What the bench asks of us and of scikit-learn alike, each time of a fresh process. */
import { join } from 'node:path';
import { execa, ExecaError } from 'execa';
import type { CovarianceName } from '../../src/science/mixture/covariance.ts';

export interface Task {
  /**
   * `fit`: expectation and maximisation from `labels.npy` modulo `components`; `k-means`: Lloyd's iterations from rows at
   * equal steps; `seeds`: greedy k-means++; `score`: the log-likelihoods of all rows under a mixture of one maximisation.
   */
  readonly work: 'fit' | 'k-means' | 'seeds' | 'score';
  readonly components: number;
  readonly covariance: CovarianceName;
  readonly iterations: number;
  /** Of scikit-learn's k-means. */
  readonly algorithm?: 'lloyd' | 'elkan';
}

export interface Outcome {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of the whole process, in bytes. */
  readonly peakMemory: number;
  /** Must agree to 1e-9, relative to the largest: lower bounds, centres or log-likelihoods. */
  readonly numbers: readonly number[];
  /** Must be equal. */
  readonly labels: string;
}

export const threads = 2;

/** `folder` holds what `data.ts` wrote. */
export async function runOurs(folder: string, task: Task): Promise<Outcome> {
  const program = join(import.meta.dirname, 'ours.ts');
  const { stdout } = await execa(process.execPath, [program, folder, JSON.stringify(task)]);
  return JSON.parse(stdout) as Outcome;
}

/** Undefined, with a line on standard error, where scikit-learn cannot be run. */
export async function runPeer(folder: string, task: Task): Promise<Outcome | undefined> {
  const program = join(import.meta.dirname, 'peer.py');
  const most = String(threads);
  try {
    const { stdout } = await execa(
      process.env['PIPE_BENCH_PYTHON'] ?? 'python3',
      [program, folder, JSON.stringify(task)],
      { env: { OPENBLAS_NUM_THREADS: most, OMP_NUM_THREADS: most, MKL_NUM_THREADS: most } },
    );
    return JSON.parse(stdout) as Outcome;
  } catch (error) {
    const reason = error instanceof ExecaError ? error.shortMessage : String(error);
    console.error(`scikit-learn is left out: ${reason}`);
    return undefined;
  }
}
