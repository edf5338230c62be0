/** A plan as lines: what will happen to each node, and why. */
import type { Decision, Plan, PlannedNode } from '../../graph/plan.ts';
import { reasonInShort } from './words.ts';

export function planLines({ nodes }: Plan): readonly string[] {
  const width = Math.max(0, ...nodes.map(({ node }) => node.name.length));
  return nodes.map(({ node, decision }) =>
    `${verdicts[decision.kind].padEnd(9)} ${node.name.padEnd(width)}  ${reasonOf(decision)}`.trimEnd(),
  );
}

/** For programs: `{ node, recipe, stage, decision }` each. */
export function planJson({ nodes, counts }: Plan): object {
  const planned = nodes.map(({ node, decision }: PlannedNode) => ({
    node: node.name,
    stage: node.stage,
    recipe: node.recipe,
    params: node.params,
    decision,
  }));
  return { counts, nodes: planned };
}

const verdicts: Readonly<Record<Decision['kind'], string>> = {
  hit: 'unchanged',
  run: 'run',
  'run-unless-inputs-come-out-equal': 'perhaps',
};

function reasonOf(decision: Decision): string {
  switch (decision.kind) {
    case 'hit':
      return '';
    case 'run':
      return reasonInShort(decision.reason);
    case 'run-unless-inputs-come-out-equal':
      return `unless ${decision.awaiting.join(', ')} ${decision.awaiting.length === 1 ? 'comes' : 'come'} out equal`;
  }
}
