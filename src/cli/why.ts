/** `pipe why NODE` */
import { explanationLines } from '../report/terminal/explanation.ts';
import { terminalLine } from '../report/text/terminal.ts';
import { explain } from '../run/explain.ts';
import { openStore } from '../store/store.ts';
import { askedWords } from './asked-words.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions, JsonOption } from './options.ts';
import { openGraph } from './remembered-graph.ts';
import { print, printJson } from './output.ts';

export async function why(name: string, options: ConfigurationOptions & JsonOption): Promise<number> {
  const { root, graph } = await openGraph([name], options);
  const store = await openStore(root);
  for (const { recipe } of graph.targets) {
    const explanation = await explain(graph, recipe, { root, store });
    const { node, decision, last, changes } = explanation;
    if (options.json === true)
      printJson({ node: node.name, decision, against: last?.manifest.key ?? null, changes });
    else {
      const lines = explanationLines(explanation, root, askedWords([name], options));
      print(lines.map(terminalLine).join('\n').trimEnd());
    }
  }
  return exitCode.ok;
}
