/** Every parameter of every stage, and which are not those of the bare pipeline. */
import type { Graph } from '../../graph/node.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { ReportParameter } from './report.ts';

export function parametersOf(graph: Graph, defaults: Graph): readonly ReportParameter[] {
  const usual = valuesOf(defaults);
  return [...valuesOf(graph)].map(([name, { stage, path, values }]) => {
    const before = usual.get(name)?.values;
    const same = before !== undefined && before.join('\n') === values.join('\n');
    return { stage, path, values, defaults: same ? undefined : (before ?? []) };
  });
}

function valuesOf({ nodes }: Graph): Map<string, { stage: string; path: string; values: string[] }> {
  const found = new Map<string, { stage: string; path: string; values: string[] }>();
  for (const { stage, params } of nodes)
    for (const [path, value] of leavesOf(params)) {
      const name = `${stage} ${path}`;
      const entry = found.get(name) ?? { stage, path, values: [] };
      if (!entry.values.includes(value)) entry.values.push(value);
      found.set(name, entry);
    }
  return found;
}

/** Dotted paths and JSON of what is no mapping. */
export function leavesOf(params: Json, before = ''): readonly (readonly [path: string, value: string])[] {
  if (params === null || typeof params !== 'object' || Array.isArray(params))
    return [[before, JSON.stringify(params)]];
  return Object.entries(params as JsonObject).flatMap(([name, value]) =>
    leavesOf(value, before === '' ? name : `${before}.${name}`),
  );
}
