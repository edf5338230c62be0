/** `pipe graph [TARGET...]` */
import { drawGraph, type DrawingFormat } from '../report/drawing.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions } from './options.ts';
import { targetsOr } from './last-targets.ts';
import { openGraph } from './remembered-graph.ts';
import { print } from './output.ts';

export async function graph(
  targets: readonly string[],
  { format, ...options }: ConfigurationOptions & { readonly format: DrawingFormat },
): Promise<number> {
  const opened = await openGraph(await targetsOr(targets, options), options);
  print(drawGraph(opened.graph, format));
  return exitCode.ok;
}
