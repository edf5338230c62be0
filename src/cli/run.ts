/** `pipe run TARGET...` */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { describeFailure, FailureError } from '../failure.ts';
import type { Digest } from '../graph/node.ts';
import type { Plan } from '../graph/plan.ts';
import type { InputLooks } from '../store/input-looks.ts';
import { layoutOf } from '../store/layout.ts';
import { openStore } from '../store/store.ts';
import type { NodeFinished, NodeHit, RunEvent } from '../run/event.ts';
import { execute, type RunOutcome } from '../run/execute.ts';
import { machineResources } from '../run/machine.ts';
import { findTracer } from '../run/stage/trace.ts';
import { chooseReporter } from './choose-reporter.ts';
import { exitCode } from './exit-code.ts';
import { interruption } from './interruption.ts';
import type { ConfigurationOptions, RunOptions } from './options.ts';
import { lookAtProject } from './project-looks.ts';
import { projectRoot } from './project-root.ts';
import { openGraph } from './remembered-graph.ts';
import { rememberRun, shownOf, takeInputsLookedAt, textsOf } from './settled-run.ts';
import { print, tell } from './output.ts';

export async function run(targets: readonly string[], options: RunOptions): Promise<number> {
  const order = await readOrder(targets, options);
  // What was read because no times are trusted is not to be told from memory by its times.
  const { readInputs = false } = options;
  const looks = options.plan === undefined && !readInputs ? lookAtProject(projectRoot()) : undefined;
  const { root, graph } = await openGraph(order.targets, order.options);
  const store = await openStore(root, readInputs ? await readingInputs(root) : takeInputsLookedAt());
  const { cpus, jobs = cpus, failFast = false } = options;
  // One point of a sweep that fails leaves the others.
  const keepGoing = options.keepGoing ?? (graph.targets.length > 1 && !failFast);
  const resources = { ...machineResources(), ...options.resource };
  const reporter = await chooseReporter(options);
  const { signal, listen, release } = interruption();
  const ends = new Map<Digest, NodeFinished | NodeHit>();
  const onEvent = (event: RunEvent): void => {
    if (event.kind === 'node-hit' || event.kind === 'node-finished') ends.set(event.recipe, event);
    reporter.onEvent(event);
  };
  try {
    const outcome = await execute(graph, {
      root,
      store,
      cpus,
      jobs,
      resources,
      keepGoing,
      failFast,
      strict: options.strict ?? false,
      tracer: options.trace === true ? tracer() : undefined,
      signal,
      onPlan: (plan) => {
        order.check(plan);
        listen();
      },
      onEvent,
    });
    // From here on nothing is left that would have to be ended.
    release();
    await printResults(outcome, options, root);
    if (looks !== undefined && outcome.status === 'ok')
      await rememberRun({ graph, ends: [...ends.values()], outcome }, looks, { root, store, options });
    return { ok: exitCode.ok, failed: exitCode.stageFailed, interrupted: exitCode.interrupted }[
      outcome.status
    ];
  } finally {
    reporter.close();
    release();
  }
}

function tracer(): string {
  const program = findTracer();
  if (program !== undefined) return program;
  throw new FailureError({
    code: 'TRACER_MISSING',
    message: '--trace needs the program strace, and it is not on PATH',
    remedy: 'install it (Linux: apt-get install strace), or run without --trace',
  });
}

/** What runs were remembered by their times may be wrong, too. Loaded here: few runs ask for it. */
async function readingInputs(root: string): Promise<InputLooks> {
  const { openInputLooks } = await import('../store/input-looks.ts');
  const layout = layoutOf(join(root, 'artifacts'));
  await rm(layout.settledRuns, { recursive: true, force: true }).catch(() => undefined);
  return openInputLooks(layout, { trustsStamps: false });
}

interface Order {
  readonly targets: readonly string[];
  readonly options: ConfigurationOptions;
  /** Throws a `FailureError` where it is not what was ordered. */
  readonly check: (plan: Plan) => void;
}

/** What to run: by the command line, or by the file of a plan. */
async function readOrder(targets: readonly string[], options: RunOptions): Promise<Order> {
  if (options.plan !== undefined) {
    const { orderByFile } = await import('./plan-file.ts');
    return orderByFile(options.plan, targets, options);
  }
  if (targets.length > 0) return { targets, options, check: () => {} };
  throw new FailureError({
    code: 'TARGET_MISSING',
    message: 'missing required argument: a target, or --plan FILE',
    remedy: 'pipe stages lists the stages',
  });
}

/** The tables of the targets go to standard output; with --json the events have gone there. */
async function printResults(outcome: RunOutcome, { json, quiet }: RunOptions, root: string): Promise<void> {
  if (quiet === true)
    for (const { node, failure } of outcome.failures) tell(`FAILED  ${node}  ${describeFailure(failure)}`);
  if (json === true || outcome.status === 'interrupted') return;
  for (const text of await textsOf(shownOf(outcome), root)) print(text);
}
