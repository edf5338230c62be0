/** A plan that was written down, and how what would be done now differs from it. Pure. */
import type { Json } from '../json.ts';
import type { Digest } from './node.ts';
import type { Decision, Plan, PlanCounts } from './plan.ts';

export interface PlanFile {
  readonly format: 1;
  readonly request: PlanRequest;
  readonly counts: PlanCounts;
  readonly nodes: readonly PlanFileNode[];
}

/** The words of the command line that the plan was made for. */
export interface PlanRequest {
  readonly targets: readonly string[];
  readonly experiment: string | null;
  /** The texts after `-S`. */
  readonly set: readonly string[];
  /** The texts after `--sweep`. */
  readonly sweep: readonly string[];
}

interface PlanFileNode {
  readonly node: string;
  readonly stage: string;
  readonly recipe: Digest;
  readonly params: Json;
  readonly decision: Decision;
  readonly state: Digest;
}

/** One sentence for each node that is not as it was planned; empty where the plan holds. */
export function planDifferences(written: readonly PlanFileNode[], now: Plan): readonly string[] {
  const current = new Map(now.nodes.map((planned) => [planned.node.recipe, planned]));
  const before = new Set(written.map(({ recipe }) => recipe));
  return [
    ...written.flatMap(({ node, recipe, state, decision }): string[] => {
      const planned = current.get(recipe);
      if (planned === undefined) return [`${node} is not in the graph any more`];
      if (planned.state !== state) return [`the code, parameters or inputs of ${node} changed`];
      const [was, is] = [decision.kind, planned.decision.kind].map((kind) => verbs[kind]);
      return was === is ? [] : [`${node} was planned to ${was} and would ${is} now`];
    }),
    ...now.nodes.flatMap(({ node }) => (before.has(node.recipe) ? [] : [`${node.name} is new in the graph`])),
  ];
}

const verbs: Readonly<Record<Decision['kind'], string>> = {
  hit: 'be taken from the store',
  run: 'run',
  'run-unless-inputs-come-out-equal': 'run perhaps',
  'run-unless-alike': 'run unless it turns out like another',
  shared: 'share the work of another',
};
