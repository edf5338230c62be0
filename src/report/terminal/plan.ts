/** A plan as lines: what will happen to each node, and why. */
import type { PlanFile, PlanRequest } from '../../graph/plan-file.ts';
import type { Decision, Plan, PlannedNode } from '../../graph/plan.ts';
import { reasonInShort, straysInShort } from './words.ts';

export function planLines({ nodes }: Plan): readonly string[] {
  const width = Math.max(0, ...nodes.map(({ node }) => node.name.length));
  return nodes.map(({ node, decision }) =>
    `${verdicts[decision.kind].padEnd(9)} ${node.name.padEnd(width)}  ${reasonOf(decision)}`.trimEnd(),
  );
}

/** `run, parameter components 8 -> 12`, `unchanged`. */
export function decisionInShort(decision: Decision): string {
  const reason = reasonOf(decision);
  return reason === '' ? verdicts[decision.kind] : `${verdicts[decision.kind]}, ${reason}`;
}

/** For programs, and for `pipe run --plan`: what was asked for, and what will happen to each node. */
export function planJson({ nodes, counts }: Plan, request: PlanRequest): PlanFile {
  const planned = nodes.map(({ node, decision, state }: PlannedNode) => ({
    node: node.name,
    stage: node.stage,
    recipe: node.recipe,
    params: node.params,
    decision,
    state,
  }));
  return { format: 1, request, counts, nodes: planned };
}

const verdicts: Readonly<Record<Decision['kind'], string>> = {
  hit: 'unchanged',
  run: 'run',
  'run-unless-inputs-come-out-equal': 'perhaps',
  'run-unless-alike': 'run',
  shared: 'shared',
};

function reasonOf(decision: Decision): string {
  switch (decision.kind) {
    case 'hit':
      return [
        ...(decision.accepted === undefined
          ? []
          : [`accepted by ${decision.accepted.by}: ${decision.accepted.why}`]),
        ...straysInShort(decision.undeclared ?? []).map((text) => `it ${text}`),
      ].join('; ');
    case 'run':
      return reasonInShort(decision.reason);
    case 'run-unless-inputs-come-out-equal':
      return `unless ${listed(decision.awaiting)} ${decision.awaiting.length === 1 ? 'comes' : 'come'} out as before`;
    case 'run-unless-alike':
      // That it may turn out like another of the plan is said once, below: here it would hide the reason.
      return reasonInShort(decision.reason);
    case 'shared':
      return `the same work as ${decision.with}: done once`;
  }
}

function listed(names: readonly string[]): string {
  const [first, second, third, ...others] = names;
  const shown = [first, second, third].filter((name) => name !== undefined).join(', ');
  return others.length === 0 ? shown : `${shown} and ${others.length} more`;
}
