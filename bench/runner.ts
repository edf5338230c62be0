/**
 * `pipe` beside doit, Snakemake and DVC on the same work, each tool and the physical limit taking turns in one run.
 * `-- runner [WORKLOAD] [--json] [--pipe]`: one workload by a part of its name; `--pipe` leaves the peers out.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { report } from './measure.ts';
import { runTool, tools, type Ran, type Tool } from './runner/tool.ts';
import type { Case, Workload } from './runner/workload.ts';
import { workloads } from './runner/workloads.ts';

const words = process.argv.slice(3).filter((word) => !word.startsWith('--'));
const alone = process.argv.includes('--pipe');
const chosen = workloads.filter(({ name }) => words.every((word) => name.includes(word)));

for (const { name, program } of tools)
  if (program === undefined && !alone) console.error(`${name} is not installed and is left out`);
for (const workload of chosen) await measure(workload);

async function measure(workload: Workload): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'bench-runner-'));
  try {
    const data = join(base, 'data');
    mkdirSync(data);
    workload.data(data);
    const contenders = tools.filter(
      ({ name, program }) =>
        program !== undefined && (name === 'pipe' || !alone) && workload.without?.includes(name) !== true,
    );
    for (const tool of contenders) {
      const folder = join(base, tool.name);
      workload.project(tool.name, folder);
      if (tool.initialize !== undefined) await runTool(tool, folder, tool.initialize);
    }
    // A stamp within a tick of the clock is trusted by nobody.
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const one of workload.cases) await measureCase(workload, one, base, contenders);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

async function measureCase(
  { name: workload }: Workload,
  { name, from, change, limit, limitIs, rounds, args }: Case,
  base: string,
  contenders: readonly Tool[],
): Promise<void> {
  const data = join(base, 'data');
  const best = new Map<string, Ran>();
  for (let round = 0; round < rounds; round++) {
    change?.(data, round);
    if (change !== undefined) await new Promise((resolve) => setTimeout(resolve, 50));
    for (const tool of contenders) {
      const folder = join(base, tool.name);
      if (from === 'nothing')
        for (const path of tool.state) {
          rmSync(join(folder, path), { recursive: true, force: true });
          if (path === 'out') mkdirSync(join(folder, path));
        }
      const ran = await runTool(tool, folder, args);
      const before = best.get(tool.name);
      if (before === undefined || ran.seconds < before.seconds) best.set(tool.name, ran);
    }
  }
  const limitSeconds = await limit(data);
  const own = best.get('pipe') as Ran;
  const common = { suite: 'runner', case: `${workload}, ${name}`, seconds: own.seconds };
  const peak = `at most ${Math.round(own.peakBytes / 1e6)} MB`;
  report({ ...common, against: 'limit', againstSeconds: limitSeconds, note: `limit: ${limitIs}; ${peak}` });
  for (const [against, ran] of best) {
    if (against === 'pipe') continue;
    const note = `at most ${Math.round(ran.peakBytes / 1e6)} MB of ${against}`;
    report({ ...common, against, againstSeconds: ran.seconds, note });
  }
}
