/** `pipe plan TARGET...` */
import { colourLine } from '../report/terminal/colour-line.ts';
import { planJson, planLines } from '../report/terminal/plan.ts';
import { planCounts } from '../report/terminal/words.ts';
import { terminalLine } from '../report/text/terminal.ts';
import { planRun } from '../run/plan.ts';
import { openStore } from '../store/store.ts';
import { askedWords } from './asked-words.ts';
import { coloursOf } from './colours.ts';
import { exitCode } from './exit-code.ts';
import type { PlanOptions } from './options.ts';
import { requestOf } from './plan-file.ts';
import { openGraph } from './remembered-graph.ts';
import { print, printJson, tell } from './output.ts';

export async function plan(
  targets: readonly string[],
  { json, check, cpus, ...options }: PlanOptions,
): Promise<number> {
  const { root, graph } = await openGraph(targets, options);
  const planned = await planRun(graph, { root, store: await openStore(root), cpus });
  if (json === true) printJson(planJson(planned, requestOf(targets, options)), 2);
  else {
    const colours = coloursOf(process.stdout);
    print(
      planLines(planned, askedWords(targets, options))
        .map((line) => colourLine(terminalLine(line), colours))
        .join('\n'),
    );
    tell(planCounts(planned.counts));
  }
  const { total, hit } = planned.counts;
  return check === true && total > hit ? exitCode.workToDo : exitCode.ok;
}
