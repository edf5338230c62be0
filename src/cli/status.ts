/** `pipe status [TARGET...]` */
import { statusLines, statusOf } from '../report/terminal/status.ts';
import { lastRun } from '../run/last-run.ts';
import { planRun } from '../run/plan.ts';
import { presentRuns } from '../store/presence.ts';
import { openStore } from '../store/store.ts';
import { askedWords } from './asked-words.ts';
import { exitCode } from './exit-code.ts';
import { targetsOr } from './last-targets.ts';
import type { ConfigurationOptions, JsonOption } from './options.ts';
import { openGraph } from './remembered-graph.ts';
import { printJson, printLines } from './output.ts';

export async function status(
  named: readonly string[],
  { json, ...options }: ConfigurationOptions & JsonOption,
): Promise<number> {
  const targets = await targetsOr(named, options);
  const { root, graph } = await openGraph(targets, options);
  const store = await openStore(root);
  const plan = await planRun(graph, { root, store, cpus: 1 });
  const last = lastRun(store.layout.runs);
  const state = statusOf(plan, presentRuns(store.layout), last, askedWords(named, options));
  if (json === true) printJson({ targets, ...state });
  else printLines(...statusLines(state));
  return exitCode.ok;
}
