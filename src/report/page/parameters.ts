/** Every parameter of every stage, and which are not those of the bare pipeline. */
import type { Graph } from '../../graph/node.ts';
import { leavesOf } from '../../graph/leaves.ts';
import type { Json } from '../../json.ts';
import type { ReportParameter } from './report.ts';

/** Without `defaults` none is marked. */
export function parametersOf(graph: Graph, defaults: Graph | undefined): readonly ReportParameter[] {
  const usual = valuesOf(defaults ?? graph);
  return [...valuesOf(graph)].map(([name, { stage, path, values }]) => {
    const before = usual.get(name)?.values;
    const same = before !== undefined && before.join('\n') === values.join('\n');
    return { stage, path, values, defaults: same ? undefined : (before ?? []) };
  });
}

function valuesOf({ nodes }: Graph): Map<string, { stage: string; path: string; values: string[] }> {
  const found = new Map<string, { stage: string; path: string; values: string[] }>();
  for (const { stage, params } of nodes)
    for (const [path, value] of leafTexts(params)) {
      const name = `${stage} ${path}`;
      const entry = found.get(name) ?? { stage, path, values: [] };
      if (!entry.values.includes(value)) entry.values.push(value);
      found.set(name, entry);
    }
  return found;
}

/** Dotted paths and JSON. */
export const leafTexts = (params: Json): readonly (readonly [path: string, text: string])[] =>
  Object.entries(leavesOf(params)).map(([path, value]) => [path, JSON.stringify(value)]);
