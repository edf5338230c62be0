/** `pipe run` with the words of an earlier call that found everything done, of which nothing has been touched since. */
import { join, relative } from 'node:path';

import type { NodeFinished, NodeHit } from '../run/event.ts';
import type { Graph } from '../graph/node.ts';
import type { RunOutcome } from '../run/execute.ts';
import { terminalLine } from '../report/text/terminal.ts';
import { isStillSettled, tellSettled, type SettledRun } from '../run/settled.ts';
import { isInside } from '../store/confined-path.ts';
import type { InputLooks } from '../store/input-looks.ts';
import { layoutOf, type Layout } from '../store/layout.ts';
import type { LookTaker } from '../store/looks.ts';
import { recall, remember } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { chooseReporter } from './choose-reporter.ts';
import { exitCode } from './exit-code.ts';
import type { RunOptions } from './options.ts';
import { projectRoot } from './project-root.ts';
import { print } from './output.ts';

interface Memory {
  readonly run: SettledRun;
  readonly options: Pick<RunOptions, 'json' | 'quiet'>;
  readonly targets: readonly Shown[];
}

interface Shown {
  readonly node: string;
  /** Of the artifact's files, absolute. */
  readonly folder: string;
  readonly display: string | null;
}

/** Undefined where there was no such call, or anything may have changed: then the run is to be made. */
export async function repeatRun(words: readonly string[]): Promise<number | undefined> {
  const before = await recallRun(words);
  if (before === undefined) return undefined;
  const { memory, layout, texts } = before;
  const reporter = await chooseReporter(memory.options);
  tellSettled(memory.run, layout, (event) => reporter.onEvent(event));
  for (const text of texts) print(text);
  reporter.close();
  return exitCode.ok;
}

async function recallRun(
  words: readonly string[],
): Promise<
  { readonly memory: Memory; readonly layout: Layout; readonly texts: readonly string[] } | undefined
> {
  try {
    const root = projectRoot();
    const layout = layoutOf(join(root, 'artifacts'));
    const known = recall(layout.settledRuns, requestOf(root, words));
    if (known === undefined) return undefined;
    const memory = JSON.parse(known) as Memory;
    if (!memory.targets.every(({ folder }) => isInside(relative(layout.folder, folder)))) return undefined;
    const settled = await isStillSettled(memory.run, root, layout);
    if (settled !== true) {
      inputsLookedAt = settled.inputs;
      return undefined;
    }
    return { memory, layout, texts: memory.options.json === true ? [] : await textsOf(memory.targets, root) };
  } catch {
    // The run itself says what is wrong.
    return undefined;
  }
}

let inputsLookedAt: InputLooks | undefined;

/** How inputs looked when `repeatRun` found that there is something to do; once. */
export function takeInputsLookedAt(): InputLooks | undefined {
  const looks = inputsLookedAt;
  inputsLookedAt = undefined;
  return looks;
}

/** Keeps a run that ended well. `looks` were taken of the project before it began. */
export async function rememberRun(
  {
    graph,
    ends,
    outcome,
  }: {
    readonly graph: Graph;
    readonly ends: readonly (NodeFinished | NodeHit)[];
    readonly outcome: RunOutcome;
  },
  looks: LookTaker,
  { root, store, options }: { readonly root: string; readonly store: Store; readonly options: RunOptions },
): Promise<void> {
  try {
    const { settledRun } = await import('../run/take-settled.ts');
    const run = await settledRun(graph, ends, looks, { root, store, cpus: options.cpus });
    if (run === undefined) return;
    const { json, quiet } = options;
    const memory: Memory = {
      run,
      options: { ...(json === undefined ? {} : { json }), ...(quiet === undefined ? {} : { quiet }) },
      targets: shownOf(outcome),
    };
    const request = requestOf(root, process.argv.slice(3));
    remember(store.layout.settledRuns, request, looks.looks, JSON.stringify(memory));
  } catch {
    // A file that has gone meanwhile: the next run looks again.
  }
}

export const shownOf = ({ targets }: RunOutcome): readonly Shown[] =>
  targets.flatMap(({ node, artifact }) =>
    artifact === null ? [] : [{ node, folder: artifact.folder, display: artifact.manifest.display }],
  );

/** What goes to standard output. */
export const textsOf = (
  targets: readonly Shown[],
  root: string,
  isTerminal: boolean = process.stdout.isTTY,
): Promise<readonly string[]> =>
  Promise.all(
    targets.map(async ({ node, folder, display }) => {
      const text = await textOf(folder, display, root);
      return targets.length > 1 ? `${headingOf(terminalLine(node), isTerminal)}\n\n${text}\n` : text;
    }),
  );

/** What styles texts takes some milliseconds to load. */
const headingOf = (name: string, isTerminal: boolean): string =>
  isTerminal ? process.getBuiltinModule('node:util').styleText('bold', name) : `## ${name}`;

const textOf = async (folder: string, display: string | null, root: string): Promise<string> =>
  display === null
    ? terminalLine(relative(root, folder))
    : (await import('./display.ts')).displayOf(folder, display, root);

const requestOf = (root: string, words: readonly string[]): string =>
  JSON.stringify([process.version, root, words]);
