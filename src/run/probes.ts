/** What parameters stand for on this machine, as the project's own probes (`src/probe.ts`) say. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { FailureError } from '../failure.ts';
import type { Graph, Node } from '../graph/node.ts';
import type { Json } from '../json.ts';
import type { ProbeDefinition } from '../probe.ts';

export interface Probes {
  /** The parameters of the node that enter its key. Throws PROBE_UNUSABLE, or what the probe throws as a `FailureError`. */
  settle(node: Node): Promise<Json>;
  /** All that the node takes while it runs: what its stage declares, and more where a probe says so. Throws as `settle` does. */
  takes(node: Node): Promise<Node['resources']>;
}

/** Each module is asked once for each value: the machine stays the same. */
export function openProbes(root: string): Probes {
  const answers = new Map<string, Promise<Answer>>();
  const ask = (module: string, value: Json): Promise<Answer> => {
    const question = JSON.stringify([module, value]);
    const answer = answers.get(question) ?? askModule(root, module, value);
    answers.set(question, answer);
    return answer;
  };
  const answersOf = ({ params, probes }: Node): Promise<(readonly [name: string, answer: Answer])[]> => {
    const values = Object(params) as Readonly<Record<string, Json>>;
    const settled = Object.entries(probes).filter(([name]) => Object.hasOwn(values, name));
    return Promise.all(
      settled.map(async ([name, module]) => [name, await ask(module, values[name] as Json)] as const),
    );
  };
  return {
    async settle(node) {
      const answers = await answersOf(node);
      if (answers.length === 0) return node.params;
      const settled = Object.fromEntries(answers.map(([name, { settled }]) => [name, settled]));
      return { ...(node.params as Readonly<Record<string, Json>>), ...settled };
    },
    async takes(node) {
      const answers = await answersOf(node);
      return Object.assign({}, node.resources, ...answers.map(([, { takes }]) => takes)) as Node['resources'];
    },
  };
}

interface Answer {
  readonly settled: Json;
  readonly takes: Readonly<Record<string, number>>;
}

/** What a probe was asked of a graph, and answered. */
export interface Asked {
  readonly module: string;
  readonly value: Json;
  readonly answer: Json;
}

/** Each question of the graph once. Throws PROBE_UNUSABLE. */
export async function askAll(root: string, { nodes }: Graph): Promise<readonly Asked[]> {
  const questions = nodes.flatMap(({ params, probes }) =>
    Object.entries(probes).flatMap(([name, module]): [string, Json][] => {
      const value = (Object(params) as Readonly<Record<string, Json>>)[name];
      return value === undefined ? [] : [[module, value]];
    }),
  );
  const distinct = new Map(questions.map((question) => [JSON.stringify(question), question]));
  return Promise.all(
    [...distinct.values()].map(async ([module, value]) => ({
      module,
      value,
      answer: (await askModule(root, module, value)).settled,
    })),
  );
}

/** Whether the machine gives the same answers still. Throws PROBE_UNUSABLE. */
export async function answerAlike(root: string, asked: readonly Asked[]): Promise<boolean> {
  for (const { module, value, answer } of asked)
    if (JSON.stringify((await askModule(root, module, value)).settled) !== JSON.stringify(answer))
      return false;
  return true;
}

async function askModule(root: string, module: string, value: Json): Promise<Answer> {
  try {
    const { default: probe } = (await import(pathToFileURL(resolve(root, module)).href)) as {
      readonly default?: Partial<ProbeDefinition>;
    };
    if (typeof probe?.settle !== 'function') throw new TypeError('the default export is no probe');
    const settled = probe.settle(value);
    return { settled, takes: probe.takes?.(settled) ?? {} };
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw new FailureError({
      code: 'PROBE_UNUSABLE',
      message: `cannot say what ${JSON.stringify(value)} stands for here: ${(error as Error).message}`,
      place: module,
      remedy: 'export default defineProbe({ settle(value) { ... } }), as src/probe.ts says',
    });
  }
}
