/** One node against its last artifact: every part of its key, with the texts of the sources that changed. */
import { join } from 'node:path';

import { readPlainText } from '../config/plain-file.ts';
import type { KeyChange, KeyParts, OwnParts } from '../graph/key.ts';
import type { Digest, Graph, Node } from '../graph/node.ts';
import { inputNodes } from '../graph/parts-taken.ts';
import type { Decision } from '../graph/plan.ts';
import { FailureError } from '../failure.ts';
import { sourceText } from '../store/evidence.ts';
import { openSameWork } from '../store/same-work.ts';
import type { Artifact, Store } from '../store/store.ts';
import { openFacts } from './facts.ts';
import { openPast } from './past.ts';
import { survey } from './survey.ts';

export interface Explanation {
  readonly node: Node;
  readonly decision: Decision;
  /** What it is compared with; undefined where its stage has no artifact at all. */
  readonly last: Artifact | undefined;
  /** The last artifact is one of this very node, not just of its stage. */
  readonly own: boolean;
  readonly parts: OwnParts & Partial<KeyParts>;
  /** Empty where nothing differs, or nothing of it is known yet. */
  readonly changes: readonly KeyChange[];
  readonly sources: readonly ChangedSource[];
}

export interface ChangedSource {
  /** Relative to the project's root. */
  readonly path: string;
  /** Null where it was not there; undefined where its text was not kept. */
  readonly before: string | null | undefined;
  readonly after: string | null | undefined;
}

/** Throws a `FailureError` where the node, or one above it, cannot be looked at. */
export async function explain(
  graph: Graph,
  recipe: Digest,
  { root, store }: { readonly root: string; readonly store: Store },
): Promise<Explanation> {
  const facts = openFacts(graph, { root, store, remember: true });
  const surveyed = await survey(graph, facts, store, openSameWork(store.layout));
  const fault = surveyed.find((one) => one.kind === 'failed');
  if (fault?.kind === 'failed') throw new FailureError(fault.failure);
  const known = new Map(surveyed.flatMap((one) => (one.kind === 'decided' ? [[one.node.recipe, one]] : [])));
  const asked = known.get(recipe);
  if (asked === undefined) throw new Error(`the graph lacks ${recipe}`);

  const { node, decision } = asked;
  const artifactOf = (of: Digest): Artifact => known.get(of)?.hit?.artifact as Artifact;
  const ready = inputNodes(node).every((input) => known.get(input)?.hit !== null);
  const parts = {
    ...(await facts.ownParts(node)),
    ...(ready ? { inputs: await facts.inputParts(node, artifactOf) } : {}),
  };
  const past = openPast({ root, store });
  const ownLast = asked.hit?.artifact ?? (await past.lastOf(node));
  const last = ownLast ?? (await store.lastOfStage(node.stage));
  const changes = decision.kind === 'hit' ? [] : ((await past.previous(node, parts))?.changes ?? []);
  return {
    node,
    decision,
    last,
    own: ownLast !== undefined,
    parts,
    changes,
    sources: changes.flatMap((change) => changedSource(change, { root, store })),
  };
}

function changedSource(
  { part, name, before, after }: KeyChange,
  { root, store }: { readonly root: string; readonly store: Store },
): readonly ChangedSource[] {
  if (part !== 'code' || ['bundle', 'resolution', 'stageApi', 'module'].includes(name)) return [];
  if (name === 'command') return [{ path: name, before: textOrNull(before), after: textOrNull(after) }];
  return [
    {
      path: name,
      before: typeof before === 'string' ? sourceText(store.layout, before as Digest) : null,
      after: typeof after === 'string' ? currentText(join(root, name)) : null,
    },
  ];
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? `${value}\n` : null);

function currentText(path: string): string | undefined {
  try {
    return readPlainText(path);
  } catch {
    return undefined;
  }
}
