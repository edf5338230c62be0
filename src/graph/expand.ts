/**
 * From a configuration to the nodes that targets need. Expansion goes from the targets to their inputs and asks for
 * each stage as the parameters stand there: below an edge with overrides they stand differently. Places that see the
 * same parameters share one node, so a graph is never walked twice for reaching a stage on two ways.
 */
import { checkCommand } from '../config/check-command.ts';
import type { Configuration } from '../config/configuration.ts';
import { gather, isFull, type Diagnostic } from '../config/diagnostic.ts';
import type { PathInput } from '../config/input.ts';
import { toJson } from '../config/located.ts';
import { nearestName, oneOf } from '../config/nearest.ts';
import { resolveStage, type ResolvedStage } from '../config/resolve-stage.ts';
import { describeRing } from '../config/ring.ts';
import { rootScope, type Scope } from '../config/scope.ts';
import type { StageDeclaration } from '../config/stage-declaration.ts';
import type { Json } from '../json.ts';
import { pointsOf } from '../config/sweep.ts';
import { edgesOf, scopeBelow, type Edge } from './edge.ts';
import { Memory, type Outcome } from './memory.ts';
import type { Graph, GraphTarget } from './node.ts';
import { Nodes, type NodeDraft } from './nodes.ts';
import { mostOverridable, visibilityIn, type PathSet, type Visibility } from './visibility.ts';

export interface Expansion {
  /** Undefined where something is wrong with it. */
  readonly graph: Graph | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The files and folders that its nodes read. */
  readonly paths: readonly PathUse[];
  /** The stages that were looked at as the configuration has them, nothing set by an edge or a sweep. */
  readonly expanded: ReadonlySet<string>;
}

interface PathUse extends PathInput {
  readonly stage: string;
  readonly input: string;
}

/** Far above what can be run; ends what would otherwise multiply without end. */
const mostNodes = 200_000;
/** Where there are faults already, nothing will run: some more may be found. */
const mostNodesWithFaults = 20_000;

/**
 * Errors: `STAGE_UNKNOWN`, `STAGE_CYCLE`, `GRAPH_TOO_LARGE`, and those of parameters, inputs and stage schemas. `isFaulty`: something is
 * known to be wrong.
 */
export function expand(
  configuration: Configuration,
  targets: readonly string[],
  isFaulty: boolean = false,
): Expansion {
  const { stages, sweep } = configuration;
  const expander = new Expander(configuration, isFaulty);
  const asked: GraphTarget[] = [];
  for (const target of targets) {
    const stage = stages.get(target);
    if (expander.isFull) break;
    if (stage === undefined) {
      // Where no stage could be read, that is told.
      if (stages.size > 0) expander.diagnostics.push(unknownTarget(target, stages));
      continue;
    }
    for (const point of pointsOf(sweep)) {
      if (expander.isFull) break;
      const { scope, overrides } = scopeBelow(expander.base, expander.base, point, expander.diagnostics);
      const recipe = expander.expand(stage, scope).draft?.recipe;
      if (recipe !== undefined) asked.push({ recipe, overrides });
    }
  }
  expander.reportRings();
  const { diagnostics, paths, expanded } = expander;
  const graph =
    diagnostics.length > 0 ? undefined : { nodes: expander.nodes.inOrder(), targets: distinct(asked) };
  return { graph, diagnostics, paths, expanded };
}

/** A stage on its way to become a node. */
interface Frame {
  readonly id: string;
  readonly stage: StageDeclaration;
  readonly scope: Scope;
  readonly resolved: ResolvedStage;
  readonly inputs: readonly FrameInput[];
  readonly edges: readonly Edge[];
  /** What the first of the edges have led to. */
  readonly outcomes: Outcome[];
  reads: PathSet;
}

interface FrameInput {
  readonly name: string;
  readonly swept: boolean;
  readonly path: PathInput | undefined;
  /** A range of the frame's edges; behind it comes the edge to the list of files, where there is one. */
  readonly first: number;
  readonly count: number;
  readonly narrowed: boolean;
}

class Expander {
  readonly diagnostics: Diagnostic[] = [];
  readonly paths: PathUse[] = [];
  readonly nodes = new Nodes();
  readonly expanded = new Set<string>();
  readonly base: Scope;
  readonly #configuration: Configuration;
  readonly #memory = new Memory();
  readonly #visibility: Visibility;
  readonly #rings: { readonly names: readonly string[]; readonly origin: Edge['origin'] }[] = [];
  readonly #isFaulty: boolean;
  #count = 0;
  #isTooLarge = false;

  constructor(configuration: Configuration, isFaulty: boolean) {
    this.#configuration = configuration;
    this.#isFaulty = isFaulty;
    const visibility = visibilityIn(configuration);
    this.#visibility = visibility ?? { touching: () => 0n, within: () => 0n };
    this.base = rootScope(configuration.params);
    if (visibility === undefined)
      this.#refuseSize(`edges and sweeps set more than ${mostOverridable} different parameters`);
  }

  /** No more is looked at: it is too large, has faults and is large, or has more faults than anybody counts. */
  get isFull(): boolean {
    const hasFaults = this.#isFaulty || this.diagnostics.length + this.#rings.length > 0;
    return this.#isTooLarge || (hasFaults && this.#count > mostNodesWithFaults) || isFull(this.diagnostics);
  }

  #refuseSize(message: string, origin?: Edge['origin']): void {
    if (this.#isTooLarge) return;
    this.#isTooLarge = true;
    this.diagnostics.push({ code: 'GRAPH_TOO_LARGE', message, ...(origin === undefined ? {} : { origin }) });
  }

  /** Depth first with a stack of its own: a chain of ten thousand stages is no reason to fail. */
  expand(stage: StageDeclaration, scope: Scope): Outcome {
    const known = this.#recall(stage.name, scope);
    if (known !== undefined) return known;
    const frames = [this.#open(stage, scope)];
    const open = new Set([frames[0]?.id]);
    let last: Outcome = { draft: undefined, reads: 0n };
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      if (this.isFull) return { draft: undefined, reads: 0n };
      const edge = frame.edges[frame.outcomes.length];
      if (edge === undefined) {
        last = this.#close(frame);
        this.#memory.keep(frame.stage.name, frame.scope, last, this.#visibility);
        open.delete(frame.id);
        frames.pop();
        continue;
      }
      const below = this.#configuration.stages.get(edge.stage);
      const outcome =
        below === undefined ? { draft: undefined, reads: 0n } : this.#recall(edge.stage, edge.scope);
      if (below === undefined || outcome !== undefined) {
        frame.outcomes.push(outcome ?? last);
      } else if (open.has(idOf(edge.stage, edge.scope))) {
        this.#noteRing(frames, edge);
        frame.outcomes.push({ draft: undefined, reads: 0n });
      } else {
        const next = this.#open(below, edge.scope);
        frames.push(next);
        open.add(next.id);
      }
    }
    return last;
  }

  #recall(stage: string, scope: Scope): Outcome | undefined {
    return this.#memory.recall(stage, scope, this.#visibility);
  }

  #open(stage: StageDeclaration, scope: Scope): Frame {
    const resolved = resolveStage(stage, this.#configuration.stages, scope);
    if (scope === this.base) this.expanded.add(stage.name);
    gather(this.diagnostics, resolved.diagnostics);
    const inputs: FrameInput[] = [];
    const edges: Edge[] = [];
    this.#count += 1;
    for (const { name, input } of resolved.inputs) {
      if (this.#count + edges.length > mostNodes)
        this.#refuseSize(`the graph has more than ${mostNodes} nodes`, stage.origin);
      if (this.isFull) break;
      const first = edges.length;
      if (input?.kind === 'stage') addAll(edges, edgesOf(input, this.base, scope, this.diagnostics));
      const path = input?.kind === 'path' ? input : undefined;
      const swept = input?.kind === 'stage' && input.sweep !== undefined;
      const count = edges.length - first;
      const files = input?.kind === 'absent' ? undefined : input?.files;
      if (files !== undefined) addAll(edges, edgesOf(files, this.base, scope, this.diagnostics));
      inputs.push({ name, swept, path, first, count, narrowed: files !== undefined });
    }
    const paths = [...resolved.reads, ...edges.flatMap(({ reads }) => [...reads])];
    const reads = paths.reduce((set, path) => set | this.#visibility.touching(path), 0n);
    return { id: idOf(stage.name, scope), stage, scope, resolved, inputs, edges, outcomes: [], reads };
  }

  #close(frame: Frame): Outcome {
    const { stage, scope, resolved, edges, outcomes } = frame;
    const reads = edges.reduce((set, edge, index) => {
      const settled = Object.keys(edge.overrides).reduce((s, path) => s | this.#visibility.within(path), 0n);
      return set | ((outcomes[index]?.reads ?? 0n) & ~settled);
    }, frame.reads);
    const broken =
      resolved.params === undefined ||
      resolved.inputs.some(({ input }) => input === undefined) ||
      outcomes.some(({ draft }) => draft === undefined);
    if (broken || resolved.params === undefined) return { draft: undefined, reads };

    const visible = [...scope.overlay].filter(([path]) => (this.#visibility.touching(path) & reads) !== 0n);
    const draft = this.nodes.add({
      stage,
      params: toJson(resolved.params) as Readonly<Record<string, Json>>,
      inputs: frame.inputs.map(({ name, swept, path, first, count, narrowed }) => ({
        name,
        swept,
        path: path?.path,
        edges: edges.slice(first, first + count),
        drafts: outcomes.slice(first, first + count).map(({ draft }) => draft as NodeDraft),
        files: narrowed
          ? { edge: edges[first + count] as Edge, draft: outcomes[first + count]?.draft as NodeDraft }
          : undefined,
      })),
      overrides: visible.map(([path, { value }]) => [path, toJson(value)]),
    });
    if (draft.isNew) {
      gather(this.diagnostics, stage.check?.(resolved.params) ?? []);
      gather(this.diagnostics, checkCommand(stage, resolved.params, this.#configuration.params));
      for (const { name, path } of frame.inputs) {
        if (path !== undefined) this.paths.push({ ...path, stage: stage.name, input: name });
      }
    }
    return { draft: draft.draft, reads };
  }

  #noteRing(frames: readonly Frame[], edge: Edge): void {
    const from = frames.findIndex(({ id }) => id === idOf(edge.stage, edge.scope));
    this.#rings.push({ names: frames.slice(from).map(({ stage }) => stage.name), origin: edge.origin });
  }

  /** The shortest rings first; one that shares a link with a ring told before would most likely open with it. */
  reportRings(): void {
    const told = new Set<string>();
    for (const { names, origin } of this.#rings.toSorted((a, b) => a.names.length - b.names.length)) {
      const links = names.map((name, index) => `${name} -> ${names[(index + 1) % names.length]}`);
      if (links.some((link) => told.has(link))) continue;
      for (const link of links) told.add(link);
      this.diagnostics.push({
        code: 'STAGE_CYCLE',
        message: `stages take their inputs from one another in a ring: ${describeRing(names)}`,
        origin,
        remedy: 'let one of them read something that does not depend on itself',
      });
    }
  }
}

function addAll<Value>(list: Value[], more: readonly Value[]): void {
  for (const each of more) list.push(each);
}

function idOf(stage: string, scope: Scope): string {
  return `${stage}\n${scope.id}`;
}

function unknownTarget(target: string, stages: Configuration['stages']): Diagnostic {
  return {
    code: 'STAGE_UNKNOWN',
    message: `there is no stage ${JSON.stringify(target)}`,
    expected: oneOf([...stages.keys()]),
    get nearest() {
      return nearestName(target, stages.keys());
    },
  };
}

function distinct(targets: readonly GraphTarget[]): readonly GraphTarget[] {
  const byIdentity = new Map(targets.map((target) => [JSON.stringify(target), target]));
  return [...byIdentity.values()];
}
