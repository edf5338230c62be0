/** `pipe show TARGET` */
import { relative } from 'node:path';

import { combineTables } from '../report/tables/combine.ts';
import { metricsTable } from '../report/tables/metrics-table.ts';
import { readTables } from '../report/tables/read.ts';
import type { TableFormat } from '../report/tables/formats.ts';
import { renderTables } from '../report/tables/render.ts';
import { groupRepetitions, isSeed } from '../report/tables/repetitions.ts';
import { chooseTables } from '../report/tables/choose.ts';
import { nameWithout } from '../graph/name.ts';
import type { Artifact } from '../store/store.ts';
import type { TablesFile } from '../tables.ts';
import { coloursOf } from './colours.ts';
import { displayOf } from './display.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions, JsonOption } from './options.ts';
import { notRun, planTargets, type PlannedTarget } from './planned-target.ts';
import { print, printJson, tell } from './output.ts';

export interface ShowOptions extends ConfigurationOptions, JsonOption {
  readonly format?: TableFormat;
  readonly table?: readonly string[];
}

/** Points of a sweep that differ in seeds alone are shown as one, with means and deviations. */
export async function show(name: string, options: ShowOptions): Promise<number> {
  const targets = await planTargets(name, options);
  const finished = targets.flatMap((target): Finished[] => {
    const { artifact, planned } = target;
    if (artifact === undefined) tell(notRun(planned.node.name).message);
    const accepted = artifact?.manifest.accepted;
    if (accepted !== undefined)
      tell(`${planned.node.name}: accepted by ${accepted.by} ${accepted.at}: ${accepted.why}`);
    return artifact === undefined ? [] : [{ ...target, artifact }];
  });
  if (options.json === true) for (const target of finished) printJson(manifestOf(target));
  else {
    const groups = groupRepetitions(finished);
    const texts: string[] = [];
    for (const { points } of groups) {
      const node = points[0]?.planned.node.name ?? name;
      const title = points.length > 1 ? nameWithout(node, isSeed) : node;
      texts.push(await textOf(title, points, options, groups.length > 1));
    }
    print(texts.join(options.format === 'csv' || options.format === 'json' ? '\n' : '\n\n'));
  }
  return finished.length === targets.length ? exitCode.ok : exitCode.workToDo;
}

type Finished = PlannedTarget & { readonly artifact: Artifact };

function manifestOf({ artifact: { folder, manifest }, root }: Finished): object {
  const { name: node, recipe, key, marks, metrics, files, accepted } = manifest;
  return {
    node,
    recipe,
    key,
    folder: relative(root, folder),
    marks,
    metrics,
    files,
    ...(accepted === undefined ? {} : { accepted }),
  };
}

async function textOf(
  title: string,
  points: readonly Finished[],
  { format = 'terminal', table }: ShowOptions,
  oneOfSeveral: boolean,
): Promise<string> {
  const colours = coloursOf(process.stdout);
  const files: TablesFile[] = [];
  let display: string | undefined;
  for (const { artifact, root } of points) {
    const { metrics, marks, display: markdown } = artifact.manifest;
    const own = await readTables(artifact.folder);
    if (own === undefined && format === 'terminal') display ??= displayOf(artifact.folder, markdown, root);
    files.push(own ?? metricsTable(title, metrics, marks));
  }
  const combined = combineTables(files);
  const file = chooseTables(
    oneOfSeveral && combined.title !== title
      ? { ...combined, title: `${title}: ${combined.title}` }
      : combined,
    table,
  );
  const above = display === undefined || points.length > 1 ? '' : `${display}\n\n`;
  return `${above}${renderTables(file, format, colours)}`.trimEnd();
}
