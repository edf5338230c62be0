/**
 * `pipe` beside doit, Snakemake and DVC on the same work, each tool and the physical limit taking turns in one run, medians of all rounds.
 * `-- runner [WORKLOAD] [--json] [--pipe]`: one workload by a part of its name; `--pipe` leaves the peers out.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { report } from './measure.ts';
import { runTool, tools, type Ran, type Tool } from './runner/tool.ts';
import type { Case, Workload } from './runner/workload.ts';
import { workloads } from './runner/workloads.ts';

/** A stamp within a tick of the clock is trusted by nobody. */
const tick = 60;
/** Seconds. */
const long = 5;
let projects = 0;

const words = process.argv.slice(3).filter((word) => !word.startsWith('--'));
const alone = process.argv.includes('--pipe');
const chosen = workloads.filter(({ name }) => words.every((word) => name.includes(word)));

for (const { name, program } of tools)
  if (program === undefined && !alone) console.error(`${name} is not installed and is left out`);
for (const workload of chosen) await measure(workload);

interface Contender {
  readonly tool: Tool;
  folder: string;
}

async function measure(workload: Workload): Promise<void> {
  const base = mkdtempSync(join(tmpdir(), 'bench-runner-'));
  try {
    const data = join(base, 'data');
    mkdirSync(data);
    workload.data(data);
    const contenders: Contender[] = tools
      .filter(({ name, program }) => program !== undefined && (name === 'pipe' || !alone))
      .map((tool) => ({ tool, folder: '' }));
    for (const one of workload.cases) await measureCase(workload, one, base, contenders);
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** A contender that takes too long is left out of this case and those after it. */
async function measureCase(
  workload: Workload,
  { name, from, change, limit, limitIs, rounds, argumentsOf, memoryLimit }: Case,
  base: string,
  contenders: Contender[],
): Promise<void> {
  const data = join(base, 'data');
  const limits: number[] = [];
  const measured = new Map<string, Ran[]>();
  for (let round = 0; round < rounds; round++) {
    change?.(data, round);
    // Never in a folder that was emptied: file systems are slow where much was just deleted.
    if (from === 'nothing') for (const contender of contenders) await openProject(workload, contender, base);
    await delay(tick);
    limits.push(await limit(data));
    for (const contender of contenders.slice()) {
      const { tool, folder } = contender;
      const before = measured.get(tool.name)?.[0];
      // Its first time says enough.
      if (tool.name !== 'pipe' && before !== undefined && before.seconds > long) continue;
      const ran = await runTool(tool, folder, argumentsOf?.[tool.name] ?? tool.run);
      if (ran === undefined) {
        console.error(
          `${tool.name} takes too long for ${workload.name}, ${name}, and is left out from here on`,
        );
        contenders.splice(contenders.indexOf(contender), 1);
        measured.delete(tool.name);
      } else measured.set(tool.name, [...(measured.get(tool.name) ?? []), ran]);
    }
  }
  const own = measured.get('pipe');
  if (own === undefined) return;
  const common = { suite: 'runner', case: `${workload.name}, ${name}`, seconds: seconds(own) };
  const note = `limit: ${limitIs}; medians of ${rounds}`;
  report({ ...common, against: 'limit', againstSeconds: median(limits), note });
  for (const [against, runs] of measured)
    if (against !== 'pipe') report({ ...common, against, againstSeconds: seconds(runs), note });
  if (memoryLimit === undefined) return;
  const memory = {
    suite: 'runner',
    case: `${workload.name}, ${name}: peak memory in GB, in place of seconds`,
    seconds: peak(own),
    note: 'of the process itself',
  };
  report({ ...memory, against: 'limit', againstSeconds: memoryLimit }, megabytes);
  for (const [against, runs] of measured)
    if (against !== 'pipe') report({ ...memory, against, againstSeconds: peak(runs) }, megabytes);
}

async function openProject(workload: Workload, contender: Contender, base: string): Promise<void> {
  const { tool } = contender;
  contender.folder = join(base, `${tool.name}-${projects++}`);
  workload.project(tool.name, contender.folder);
  if (tool.initialize !== undefined) await runTool(tool, contender.folder, tool.initialize);
}

function seconds(runs: readonly Ran[]): number {
  return median(runs.map((ran) => ran.seconds));
}

function megabytes(gigabytes: number): string {
  return `${(gigabytes * 1000).toFixed(0)} MB`;
}

/** GB. */
function peak(runs: readonly Ran[]): number {
  return Math.max(...runs.map(({ peakBytes }) => peakBytes)) / 1e9;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle) - 1] as number)) / 2;
}
