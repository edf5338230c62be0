/** The nodes of a graph while it is made: one for each recipe, named once all are known. */
import type { StageDeclaration } from '../config/stage-declaration.ts';
import type { Json } from '../json.ts';
import type { Edge } from './edge.ts';
import { compareCodePoints, digestOf } from './encoding.ts';
import { nodeName } from './name.ts';
import type { Digest, InputSource, Node, NodeInput } from './node.ts';

export interface NodeDraft {
  readonly recipe: Digest;
  /** Edges on the longest way down to a node without inputs. */
  readonly depth: number;
}

export interface NodeParts {
  readonly stage: StageDeclaration;
  readonly params: Readonly<Record<string, Json>>;
  readonly inputs: readonly InputParts[];
  /** The overrides it can see, by path in code-point order. */
  readonly overrides: readonly (readonly [path: string, value: Json])[];
}

interface InputParts {
  readonly name: string;
  readonly swept: boolean;
  readonly path: string | undefined;
  readonly edges: readonly Edge[];
  /** What each edge leads to. */
  readonly drafts: readonly NodeDraft[];
  /** The list that says what of it is read. */
  readonly files: { readonly edge: Edge; readonly draft: NodeDraft } | undefined;
}

interface Entry extends NodeDraft {
  readonly node: Omit<Node, 'name'>;
  overrides: NodeParts['overrides'];
}

export class Nodes {
  readonly #entries = new Map<Digest, Entry>();

  add({ stage, params, inputs, overrides }: NodeParts): {
    readonly draft: NodeDraft;
    readonly isNew: boolean;
  } {
    const { name, action, environment, resources, limits, probes } = stage;
    const nodeInputs = inputs.map(nodeInput);
    const { effort, lasting } = dividedByEffort(params, stage.effort);
    const content = { stage: name, action, params: lasting, inputs: nodeInputs, environment };
    const recipe = digestOf(content as unknown as Json);
    const known = this.#entries.get(recipe);
    if (known !== undefined) {
      // Seen from elsewhere fewer overrides may set it apart.
      if (overrides.length < known.overrides.length) known.overrides = overrides;
      return { draft: known, isNew: false };
    }
    const drafts = inputs.flatMap(({ drafts, files }) => (files ? [...drafts, files.draft] : drafts));
    const depth = 1 + drafts.reduce((most, draft) => Math.max(most, draft.depth), -1);
    const entry: Entry = {
      recipe,
      depth,
      node: { recipe, ...content, effort, probes, resources, limits },
      overrides,
    };
    this.#entries.set(recipe, entry);
    return { draft: entry, isNew: true };
  }

  /** Inputs before those who use them; ties by stage, and then in the order they were asked for: that of the sweep. */
  inOrder(): readonly Node[] {
    return [...this.#entries.values()]
      .map(({ depth, node, overrides }) => ({
        depth,
        node: { ...node, name: nodeName(node.stage, overrides) },
      }))
      .toSorted((a, b) => a.depth - b.depth || compareCodePoints(a.node.stage, b.node.stage))
      .map(({ node }) => node);
  }
}

function dividedByEffort(
  params: NodeParts['params'],
  names: readonly string[],
): { readonly effort: NodeParts['params']; readonly lasting: NodeParts['params'] } {
  if (names.length === 0) return { effort: {}, lasting: params };
  const isEffort = ([parameter]: readonly [string, Json]): boolean => names.includes(parameter);
  const entries = Object.entries(params);
  return {
    effort: Object.fromEntries(entries.filter(isEffort)),
    lasting: Object.fromEntries(entries.filter((entry) => !isEffort(entry))),
  };
}

function nodeInput({ name, swept, path, edges, drafts, files }: InputParts): NodeInput {
  const narrowed = files && { files: { recipe: files.draft.recipe, part: files.edge.part } };
  if (path !== undefined)
    return { name, swept, sources: [{ kind: 'path', path, overrides: {}, ...narrowed }] };
  const sources = edges.map(({ part, overrides }, index): InputSource => {
    const recipe = (drafts[index] as NodeDraft).recipe;
    return { kind: 'node', recipe, part, overrides, ...narrowed };
  });
  return { name, swept, sources };
}
