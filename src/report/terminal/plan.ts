/** A plan as lines: what will happen to the nodes, and why. */
import type { PlanFile, PlanRequest } from '../../graph/plan-file.ts';
import type { Decision, Plan, PlannedNode, SameWork } from '../../graph/plan.ts';
import { shellWord } from '../../shell-word.ts';
import { reasonInShort, straysInShort } from './words.ts';

/**
 * `asked` are the options of the command line, for commands that are named.
 * Many nodes of a stage that meet the same end, such as the shards of a data set, are one line; `--json` has each.
 */
export function planLines({ nodes }: Plan, asked = ''): readonly string[] {
  const groups = new Map<string, PlannedNode[]>();
  for (const planned of nodes) {
    const name = `${planned.node.stage}\0${verdicts[planned.decision.kind]}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [planned]);
    else group.push(planned);
  }
  const lines = [...groups.values()].flatMap((group) =>
    group.length > mostAlike ? [groupLine(group, asked)] : group.map((planned) => nodeLine(planned, asked)),
  );
  const order = new Map(nodes.map((planned, index) => [planned, index]));
  lines.sort((a, b) => (order.get(a.first) as number) - (order.get(b.first) as number));
  const width = Math.max(0, ...lines.map(({ name }) => name.length));
  return lines.map(({ verdict, name, reason }) =>
    `${verdict.padEnd(9)} ${name.padEnd(width)}  ${reason}`.trimEnd(),
  );
}

const mostAlike = 24;

interface PlanLine {
  readonly first: PlannedNode;
  readonly verdict: string;
  readonly name: string;
  readonly reason: string;
}

const nodeLine = (planned: PlannedNode, asked: string): PlanLine => ({
  first: planned,
  verdict: verdicts[planned.decision.kind],
  name: planned.node.name,
  reason: reasonOf(planned, asked),
});

/** `photo-readings x 63`, with the reason of the first. */
function groupLine(group: readonly PlannedNode[], asked: string): PlanLine {
  const line = nodeLine(group[0] as PlannedNode, asked);
  const reasons = new Set(group.map((planned) => reasonOf(planned, asked)));
  const reason = reasons.size === 1 ? line.reason : `the first: ${line.reason}`;
  return { ...line, name: `${line.first.node.stage} x ${group.length}`, reason };
}

/** `run, parameter components 8 -> 12`, `unchanged`. */
export function decisionInShort(planned: NamedDecision, asked = ''): string {
  const verdict = verdicts[planned.decision.kind];
  const reason = reasonOf(planned, asked);
  return reason === '' ? verdict : `${verdict}, ${reason}`;
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

type NamedDecision = Pick<PlannedNode, 'decision'> & { readonly node: Pick<PlannedNode['node'], 'name'> };

function reasonOf({ node, decision }: NamedDecision, asked: string): string {
  switch (decision.kind) {
    case 'hit':
      return [
        ...(decision.accepted === undefined
          ? []
          : [`accepted by ${decision.accepted.by}: ${decision.accepted.why}`]),
        ...straysInShort(decision.undeclared ?? []).map((text) => `it ${text}`),
      ].join('; ');
    case 'run':
      return [
        reasonInShort(decision.reason),
        ...(decision.same === undefined ? [] : [sameInShort(decision.same, node.name, asked)]),
      ].join('; ');
    case 'run-unless-inputs-come-out-equal':
      return `unless ${listed(decision.awaiting)} ${decision.awaiting.length === 1 ? 'comes' : 'come'} out as before`;
    case 'run-unless-alike':
      // That it may turn out like another of the plan is said once, below: here it would hide the reason.
      return reasonInShort(decision.reason);
    case 'shared':
      return `the same work as ${decision.with}: done once`;
  }
}

/** With the command that takes it. */
function sameInShort({ stage, key }: SameWork, node: string, asked: string): string {
  const place = `${stage}/${key.slice(0, 16)}`;
  return `same work as ${place}: pipe accept ${shellWord(node)}${asked} --instead ${place} --because ...`;
}

function listed(names: readonly string[]): string {
  const [first, second, third, ...others] = names;
  const shown = [first, second, third].filter((name) => name !== undefined).join(', ');
  return others.length === 0 ? shown : `${shown} and ${others.length} more`;
}
