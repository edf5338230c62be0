/** What the stages behind results are made of now: their code, and the files that they read outside of the store. */
import type { Graph, Node } from '../../graph/node.ts';
import type { Facts } from '../../run/facts.ts';
import { mainLine } from './gather.ts';
import { pathsDigest, sourceDigest } from './stage-digests.ts';
import type { StageState } from './staleness.ts';

/** By stage. */
export async function stageStates(graph: Graph, facts: Facts): Promise<ReadonlyMap<string, StageState>> {
  const states = new Map<string, StageState>();
  for (const node of graph.targets.flatMap((target) => mainLine(graph, target))) {
    if (states.has(node.stage)) continue;
    const { code } = await facts.ownParts(node);
    const inputs = await facts.inputParts(pathsAlone(node), noArtifact);
    states.set(node.stage, { source: sourceDigest(code), paths: pathsDigest(inputs) });
  }
  return states;
}

const pathsAlone = (node: Node): Node => ({
  ...node,
  inputs: node.inputs.map((input) => ({
    ...input,
    sources: input.sources.filter(({ kind, files }) => kind === 'path' && files === undefined),
  })),
});

const noArtifact = (): never => {
  throw new Error('no artifact is asked for');
};
