/** Runs one case here and in PyTorch, in turns, and reports both times. Without PyTorch a line on standard error. */
import { join } from 'node:path';
import { execa } from 'execa';
import { report } from '../measure.ts';
import type { Task } from './engine.ts';

interface Outcome {
  readonly seconds: number;
  /** Peak of resident memory. */
  readonly gigabytes: number;
}

const rounds = 2;
const layouts = ['channels_last', 'default'] as const;

export async function compare(suite: string, name: string, task: Task): Promise<void> {
  const own: Outcome[] = [];
  const peers = new Map<string, Outcome[]>(layouts.map((layout) => [layout, []]));
  for (let round = 0; round < rounds; round++) {
    own.push(await measure(process.execPath, 'engine.ts', task));
    for (const layout of layouts) {
      const outcome = await measure(python(), 'peer.py', { ...task, layout }).catch(absent);
      if (outcome !== undefined) peers.get(layout)?.push(outcome);
    }
  }
  const here = best(own);
  for (const [layout, outcomes] of peers)
    if (outcomes.length > 0) {
      const there = best(outcomes);
      report({
        suite,
        case: name,
        seconds: here.seconds,
        against: `PyTorch ${layout}`,
        againstSeconds: there.seconds,
        note: `2 threads each; memory ${here.gigabytes.toFixed(2)} GB, ${there.gigabytes.toFixed(2)} GB`,
      });
    }
}

const python = (): string => process.env['PIPE_BENCH_PYTHON'] ?? 'python3';

async function measure(program: string, file: string, task: object): Promise<Outcome> {
  const { stdout } = await execa(program, [join(import.meta.dirname, file), JSON.stringify(task)]);
  return JSON.parse(stdout) as Outcome;
}

function absent(error: { shortMessage?: string }): undefined {
  console.error(`PyTorch is left out: ${error.shortMessage?.split('\n')[0] ?? 'it cannot be run'}`);
}

function best(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((least, each) => (each.seconds < least.seconds ? each : least));
}
