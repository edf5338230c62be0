import { describe, expect, it } from 'vitest';

import type { Digest, Node } from '../../../src/graph/node.ts';
import { planOf, type Decision, type PlannedNode } from '../../../src/graph/plan.ts';
import { planLines } from '../../../src/report/terminal/plan.ts';

const planned = (stage: string, name: string, decision: Decision): PlannedNode => ({
  node: { stage, name, params: {} } as unknown as Node,
  decision,
  state: 'f00d' as Digest,
});
const unchanged: Decision = { kind: 'hit', key: 'f00d' as Digest, folder: '' };
const neverRun: Decision = { kind: 'run', key: null, reason: { kind: 'never-run' } };
const shards = (count: number, decisionOf: (shard: number) => Decision): PlannedNode[] =>
  Array.from({ length: count }, (_, i) =>
    planned('read', i === 0 ? 'read' : `read[shard=${i + 1}]`, decisionOf(i + 1)),
  );

describe('a plan as lines', () => {
  it('has a line for each node', () => {
    const nodes = [planned('list', 'list', unchanged), ...shards(2, () => neverRun)];
    expect(planLines(planOf(nodes))).toEqual([
      'unchanged list',
      'run       read           never run',
      'run       read[shard=2]  never run',
    ]);
  });

  it('has one for all nodes of a stage that meet the same end, where they are many', () => {
    const nodes = [
      planned('list', 'list', neverRun),
      ...shards(64, (shard) => (shard === 7 ? neverRun : unchanged)),
      planned('join', 'join', {
        kind: 'run-unless-inputs-come-out-equal',
        awaiting: shards(40, () => neverRun).map(({ node }) => node.name),
      }),
    ];
    expect(planLines(planOf(nodes))).toEqual([
      'run       list           never run',
      'unchanged read x 63',
      'run       read[shard=7]  never run',
      'perhaps   join           unless read, read[shard=2], read[shard=3] and 37 more come out as before',
    ]);
  });
});
