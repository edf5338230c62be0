/** What a node takes from artifacts: its inputs, and the lists that say which files of an input are read. */
import type { ArtifactPart, Digest, Node } from './node.ts';

export function partsTaken(node: Pick<Node, 'inputs'>): readonly ArtifactPart[] {
  return node.inputs.flatMap(({ sources }) =>
    sources.flatMap((source) => [
      ...(source.kind === 'node' ? [{ recipe: source.recipe, part: source.part }] : []),
      ...(source.files === undefined ? [] : [source.files]),
    ]),
  );
}

/** The recipes of the nodes it takes inputs from, each once. */
export function inputNodes(node: Node): readonly Digest[] {
  const known = inputsOfNodes.get(node);
  if (known !== undefined) return known;
  const found = [...new Set(partsTaken(node).map(({ recipe }) => recipe))];
  inputsOfNodes.set(node, found);
  return found;
}

const inputsOfNodes = new WeakMap<Node, readonly Digest[]>();
