/** A project in a temporary folder, graphs made by hand, and runs of them with their events kept. */
import { readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';

import { digestOf } from '../../src/graph/encoding.ts';
import type { Graph, InputSource, Node, NodeAction, NodeInput } from '../../src/graph/node.ts';
import type { Json } from '../../src/json.ts';
import type { RunEvent } from '../../src/run/event.ts';
import { execute, type ExecuteOptions, type RunOutcome } from '../../src/run/execute.ts';
import { openStore } from '../../src/store/store.ts';
import { folderOfTest, writeTree } from '../temporary-folder.ts';

export { writeTree as write };

/** Its folder; removed when the test is over. */
export async function project(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = await realpath(await folderOfTest());
  return writeTree(root, { 'package.json': '{ "type": "module" }', ...files });
}

export interface NodeSketch {
  readonly run?: string;
  readonly use?: string;
  readonly files?: readonly string[];
  readonly params?: Json;
  readonly effort?: Node['effort'];
  readonly probes?: Node['probes'];
  /** A path as text, or a node with an optional part. */
  readonly inputs?: Readonly<Record<string, string | Node | readonly [Node, string]>>;
  /** Of some of the inputs the list of files that count: a node and the part it stands in. */
  readonly named?: Readonly<Record<string, readonly [Node, string]>>;
  readonly resources?: Node['resources'];
  readonly environment?: readonly string[];
  readonly limits?: Node['limits'];
}

export function node(stage: string, sketch: NodeSketch): Node {
  const { params = {}, effort = {}, probes = {}, inputs = {}, resources = {}, environment = [] } = sketch;
  const { limits = { timeout: null, retries: 0 } } = sketch;
  const action: NodeAction =
    sketch.use === undefined
      ? { kind: 'command', command: sketch.run ?? 'true', files: sketch.files ?? [] }
      : { kind: 'module', module: sketch.use };
  const sources = Object.entries(inputs)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, source]): NodeInput => {
      const list = sketch.named?.[name];
      const files = list && { files: { recipe: list[0].recipe, part: list[1] } };
      return { name, swept: false, sources: [{ ...sourceOf(source), ...files }] };
    });
  const recipe = digestOf([stage, JSON.stringify(action), params, JSON.stringify(sources)]);
  return {
    recipe,
    stage,
    name: stage,
    action,
    params,
    effort,
    probes,
    inputs: sources,
    resources,
    limits,
    environment,
  };
}

function sourceOf(source: string | Node | readonly [Node, string]): InputSource {
  if (typeof source === 'string') return { kind: 'path', path: source, overrides: {} };
  const [from, part] = 'stage' in source ? [source, null] : source;
  return { kind: 'node', recipe: from.recipe, part, overrides: {} };
}

/** The last node is the target. */
export function graph(...nodes: readonly Node[]): Graph {
  return { nodes, targets: nodes.slice(-1).map(({ recipe }) => ({ recipe, overrides: {} })) };
}

export interface Ran extends RunOutcome {
  readonly events: readonly RunEvent[];
  /** Names of the nodes whose process was started, in that order. */
  readonly started: readonly string[];
}

export async function run(root: string, nodes: Graph, options: Partial<ExecuteOptions> = {}): Promise<Ran> {
  const events: RunEvent[] = [];
  const outcome = await execute(nodes, {
    root,
    store: await openStore(root),
    cpus: 2,
    jobs: 2,
    keepGoing: false,
    signal: new AbortController().signal,
    ...options,
    onEvent(event) {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  const started = events.flatMap((event) => (event.kind === 'node-started' ? [event.node] : []));
  return { ...outcome, events, started };
}

/** The events of one kind. */
export function eventsOf<Kind extends RunEvent['kind']>(
  { events }: Pick<Ran, 'events'>,
  kind: Kind,
): readonly Extract<RunEvent, { kind: Kind }>[] {
  return events.filter((event): event is Extract<RunEvent, { kind: Kind }> => event.kind === kind);
}

/** Whether there is such a process, and not just its remains. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
