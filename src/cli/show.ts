/** `pipe show TARGET` */
import { relative } from 'node:path';

import { markdownTable } from 'markdown-table';

import type { Metric } from '../stage.ts';
import { displayOf } from './display.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions, JsonOption } from './options.ts';
import { notRun, planTargets } from './planned-target.ts';

export async function show(name: string, options: ConfigurationOptions & JsonOption): Promise<number> {
  const targets = await planTargets(name, options);
  let code: number = exitCode.ok;
  for (const { artifact, planned, root } of targets) {
    if (artifact === undefined) {
      console.error(notRun(planned.node.name).message);
      code = exitCode.workToDo;
      continue;
    }
    const { folder, manifest } = artifact;
    if (options.json === true) {
      const { name: node, recipe, key, marks, metrics, files } = manifest;
      console.log(
        JSON.stringify({ node, recipe, key, folder: relative(root, folder), marks, metrics, files }),
      );
      continue;
    }
    if (targets.length > 1) console.log(`## ${planned.node.name}\n`);
    console.log(await displayOf(artifact, root));
    if (manifest.metrics.length > 0) console.log(`\n${metricTable(manifest.metrics)}`);
    if (manifest.marks.length > 0) console.log(`\nmarked: ${manifest.marks.join(', ')}`);
  }
  return code;
}

function metricTable(metrics: readonly Metric[]): string {
  const rows = metrics.map(({ name, value, unit, direction, count }) => [
    name,
    String(Number(value.toPrecision(6))),
    unit,
    direction === 'none' ? '' : `${direction} is better`,
    count === undefined ? '' : String(count),
  ]);
  return markdownTable([['metric', 'value', 'unit', 'direction', 'count'], ...rows], {
    align: ['l', 'r', 'l', 'l', 'r'],
  });
}
