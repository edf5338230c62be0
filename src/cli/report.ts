/** `pipe report [TARGET...]` */
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';

import type { Graph } from '../graph/node.ts';
import { collectReport } from '../report/page/collect.ts';
import { readLastRun } from '../report/page/journal.ts';
import { reportPage } from '../report/page/page.ts';
import { planRun } from '../run/plan.ts';
import { shellWord } from '../shell-word.ts';
import { openStore } from '../store/store.ts';
import { ConfigurationError } from './configuration-error.ts';
import { exitCode } from './exit-code.ts';
import { targetsOr } from './last-targets.ts';
import type { ConfigurationOptions } from './options.ts';
import { expandGraph } from './project-graph.ts';
import { parseTarget } from './target.ts';
import { printLines } from './output.ts';
import { writeAsked } from './asked-file.ts';

export interface ReportOptions extends ConfigurationOptions {
  readonly output: string;
  readonly open?: true;
}

export async function report(names: readonly string[], options: ReportOptions): Promise<number> {
  const targets = names.length > 0 ? names : await knownTargets(options);
  const { root, graph } = await expandGraph(targets, options);
  const defaults = await defaultGraph(targets);
  const store = await openStore(root);
  const plan = await planRun(graph, { root, store, cpus: availableParallelism() });
  const text = optionsText(options);
  const page = reportPage(await collectReport({ root, options: text, graph, plan, defaults, store }));
  const file = resolve(options.output);
  await writeAsked(file, page, '-o');
  printLines(relative(process.cwd(), file));
  if (options.open === true) await (await import('open')).default(file);
  return exitCode.ok;
}

/** Without experiment and overrides; undefined where `pipeline.yaml` by itself has no such graph, as when its folders are not there. */
async function defaultGraph(targets: readonly string[]): Promise<Graph | undefined> {
  try {
    const stages = targets.map((target) => parseTarget(target).stage);
    return (await expandGraph(stages, { set: [] })).graph;
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/** Of what no other stage takes anything from, that which has a result or a part in the last run, or else all. */
async function knownTargets(options: ConfigurationOptions): Promise<readonly string[]> {
  const { root, graph } = await expandGraph(await targetsOr([], options), options);
  const store = await openStore(root);
  const { nodes } = await planRun(graph, { root, store, cpus: availableParallelism() });
  const made = new Set(nodes.flatMap(({ node, decision }) => (decision.kind === 'hit' ? [node.recipe] : [])));
  const run = readLastRun(store.layout.runs, new Set(graph.nodes.map(({ recipe }) => recipe)));
  const last = graph.nodes.filter(({ recipe }) => graph.targets.some((target) => target.recipe === recipe));
  const known = last.filter(({ recipe }) => made.has(recipe) || run?.nodes.has(recipe) === true);
  return [...new Set((known.length > 0 ? known : last).map(({ stage }) => stage))];
}

function optionsText({ experiment, set, sweep = [] }: ConfigurationOptions): string {
  return [
    ...(experiment === undefined ? [] : ['-e', experiment]),
    ...set.flatMap((text) => ['-S', text]),
    ...sweep.flatMap((text) => ['--sweep', text]),
  ]
    .map(shellWord)
    .join(' ');
}
