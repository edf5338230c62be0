/** `pipe report [TARGET...]` */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';

import type { Graph } from '../graph/node.ts';
import { collectReport } from '../report/page/collect.ts';
import { readLastRun } from '../report/page/journal.ts';
import { reportPage } from '../report/page/page.ts';
import { planRun } from '../run/plan.ts';
import { openStore } from '../store/store.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { expandGraph, openConfiguration } from './project-graph.ts';

export interface ReportOptions extends ConfigurationOptions {
  readonly output: string;
  readonly open?: true;
}

export async function report(names: readonly string[], options: ReportOptions): Promise<number> {
  const targets = names.length > 0 ? names : await lastStages(options);
  const { root, graph } = await expandGraph(targets, options);
  const { graph: defaults } = await expandGraph(targets, { set: [] });
  const store = await openStore(root);
  const plan = await planRun(graph, { root, store, cpus: availableParallelism() });
  const text = optionsText(options);
  const page = reportPage(await collectReport({ root, options: text, graph, plan, defaults, store }));
  const file = resolve(options.output);
  await writeFile(file, page);
  console.log(relative(process.cwd(), file));
  if (options.open === true) await (await import('open')).default(file);
  return exitCode.ok;
}

/** The stages that no other stage takes anything from: those that have a result or a part in the last run, or else all. */
async function lastStages(options: ConfigurationOptions): Promise<readonly string[]> {
  const { root, configuration } = await openConfiguration(options);
  const { graph } = await expandGraph([...configuration.stages.keys()], options);
  const used = new Set(sourcesOf(graph));
  const last = graph.nodes.filter(({ recipe }) => !used.has(recipe));
  const store = await openStore(root);
  const { nodes } = await planRun(graph, { root, store, cpus: availableParallelism() });
  const made = new Set(nodes.flatMap(({ node, decision }) => (decision.kind === 'hit' ? [node.recipe] : [])));
  const run = await readLastRun(store.layout.runs, new Set(graph.nodes.map(({ recipe }) => recipe)));
  const known = last.filter(({ recipe }) => made.has(recipe) || run?.nodes.has(recipe) === true);
  return [...new Set((known.length > 0 ? known : last).map(({ stage }) => stage))];
}

function sourcesOf({ nodes }: Graph): string[] {
  return nodes
    .flatMap(({ inputs }) => inputs.flatMap(({ sources }) => sources))
    .flatMap((source) => (source.kind === 'node' ? [source.recipe] : []));
}

function optionsText({ experiment, set }: ConfigurationOptions): string {
  return [...(experiment === undefined ? [] : [`-e ${experiment}`]), ...set.map((text) => `-S ${text}`)].join(
    ' ',
  );
}
