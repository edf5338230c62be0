/** `pipe run TARGET...` */
import { openStore } from '../store/store.ts';
import { execute, type RunOutcome } from '../run/execute.ts';
import { machineResources } from '../run/machine.ts';
import { chooseReporter } from './choose-reporter.ts';
import { displayOf } from './display.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import type { RunOptions } from './options.ts';
import { openGraph } from './remembered-graph.ts';

export async function run(targets: readonly string[], options: RunOptions): Promise<number> {
  const { root, graph } = await openGraph(targets, options);
  const store = await openStore(root);
  const { cpus, jobs = cpus, keepGoing = false } = options;
  const resources = { ...machineResources(), ...options.resource };
  const reporter = await chooseReporter(options);
  const { signal, release } = interruption();
  const onEvent = reporter.onEvent.bind(reporter);
  try {
    const outcome = await execute(graph, { root, store, cpus, jobs, resources, keepGoing, signal, onEvent });
    await tell(outcome, options, root);
    return { ok: exitCode.ok, failed: exitCode.stageFailed, interrupted: exitCode.interrupted }[
      outcome.status
    ];
  } finally {
    reporter.close();
    release();
  }
}

/** The tables of the targets go to standard output; with --json the events have gone there. */
async function tell(
  { targets, failures, status }: RunOutcome,
  { json, quiet }: RunOptions,
  root: string,
): Promise<void> {
  if (quiet === true)
    for (const { node, failure } of failures)
      console.error(`FAILED  ${node}  ${failure.code} ${failure.message}`);
  if (json === true || status === 'interrupted') return;
  for (const { node, artifact } of targets) {
    if (artifact === null) continue;
    const display = await displayOf(artifact, root);
    console.log(targets.length > 1 ? `## ${node}\n\n${display}\n` : display);
  }
}
