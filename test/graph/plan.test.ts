import { describe, expect, it } from 'vitest';

import { digestOf } from '../../src/graph/encoding.ts';
import { decide, reasonOf } from '../../src/graph/plan.ts';

const key = digestOf('key');
const change = { part: 'params', name: 'gmm.components', before: 8, after: 4 } as const;

describe('decide', () => {
  const known = { inputs: 'known', key, artifact: { kind: 'absent' }, twin: null, previous: null } as const;

  const awaited = {
    inputs: 'awaited',
    awaiting: ['gmm'],
    mayExist: false,
    like: null,
    previous: null,
  } as const;

  it('takes the artifact where there is one', () => {
    expect(decide({ ...known, artifact: { kind: 'found', folder: '/a' } })).toEqual({
      kind: 'hit',
      key,
      folder: '/a',
    });
  });

  it('runs a node that never ran', () => {
    expect(decide(known)).toEqual({ kind: 'run', key, reason: { kind: 'never-run' } });
  });

  it('runs a node again that failed, and does not say that it never ran', () => {
    expect(decide({ ...known, failed: true })).toEqual({ kind: 'run', key, reason: { kind: 'failed' } });
    const previous = { changes: [change] };
    expect(decide({ ...known, previous, failed: true })).toMatchObject({ reason: { kind: 'changed' } });
  });

  it('runs a node with what changed since its last artifact', () => {
    const reason = { kind: 'changed', changes: [change] };
    expect(decide({ ...known, previous: { changes: [change] } })).toEqual({
      kind: 'run',
      key,
      reason,
    });
  });

  it('leaves the second of two nodes with the same work to the first', () => {
    expect(decide({ ...known, twin: 'evaluate' })).toEqual({ kind: 'shared', key, with: 'evaluate' });
  });

  it('cannot say what becomes of a node whose inputs are made anew, when an artifact may fit', () => {
    expect(decide({ ...awaited, mayExist: true, like: 'other' })).toEqual({
      kind: 'run-unless-inputs-come-out-equal',
      awaiting: ['gmm'],
    });
  });

  it('says that such a node runs unless it turns out like another of the plan, when only that can fit', () => {
    expect(decide({ ...awaited, like: 'evaluate' })).toEqual({
      kind: 'run-unless-alike',
      awaiting: ['gmm'],
      like: 'evaluate',
      reason: { kind: 'never-run' },
    });
  });

  it('says that such a node runs, when no artifact can fit', () => {
    expect(decide({ ...awaited, previous: { changes: [change] } })).toEqual({
      kind: 'run',
      key: null,
      reason: { kind: 'changed', changes: [change] },
    });
  });
});

describe('reasonOf', () => {
  it('is the damaged file where the artifact is damaged, whatever changed before', () => {
    expect(reasonOf({ kind: 'damaged', path: 'files/a' }, null)).toEqual({
      kind: 'damaged',
      path: 'files/a',
    });
  });

  it('is the removal where nothing differs from an artifact that is gone', () => {
    expect(reasonOf({ kind: 'absent' }, { changes: [] })).toEqual({ kind: 'removed' });
  });
});
