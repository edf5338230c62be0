import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';

import { renderState } from '../../../src/report/terminal/render.ts';
import { applyEvent, nothingYet } from '../../../src/report/terminal/state.ts';
import type { RunEvent } from '../../../src/run/event.ts';
import { key, nodeEvent, nodeFailed, nodeFinished, nodeStarted, progress, started } from './events.ts';

function screen(width: number, seconds: number, events: readonly RunEvent[], height = 24): readonly string[] {
  const state = events.reduce(applyEvent, nothingYet);
  return renderState(state, { width, height, now: seconds * 1000, chalk: new Chalk({ level: 0 }) });
}

const running = [
  started(4),
  nodeStarted('train', 10),
  nodeStarted('gmm[gmm.components=4]', 12),
  progress('train', 15, 50, 'loss 0.41'),
];

describe('the live view', () => {
  it('shows each running node with its bar, count, note and time, and then the whole run', () => {
    expect(screen(100, 70, running)).toEqual([
      'train                 ████████░░░░░░░░░░░░░░░░░░░░░░   25 %  50/200 steps  loss 0.41  1m, 3m left',
      'gmm[gmm.components=4] 58s',
      '0 of 4 · 1m 10s',
    ]);
  });

  it('leaves bars away and cuts names where the terminal is narrow', () => {
    expect(screen(40, 70, running)).toEqual([
      'train             25 %  50/200 steps  l…',
      'gmm[gmm.…ents=4] 58s',
      '0 of 4 · 1m 10s',
    ]);
  });

  it('never writes past the last column', () => {
    for (let width = 8; width < 120; width += 1) {
      for (const line of screen(width, 70, running)) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('forgets nodes that have ended and counts them', () => {
    const skipped = nodeEvent('node-skipped', 'tables', 20, { reason: 'input-failed', because: 'train' });
    const events = [...running, nodeFailed('train', 20), skipped, nodeFinished('gmm[gmm.components=4]', 21)];
    expect(screen(80, 30, events)).toEqual(['3 of 4 · 1 failed · 30s']);
  });

  it('shows as many nodes as there is room for', () => {
    const many = [started(30), ...Array.from({ length: 30 }, (_, i) => nodeStarted(`n${i}`, 0))];
    expect(screen(80, 5, many, 8)).toHaveLength(6);
    expect(screen(80, 5, many, 8).at(-1)).toBe('0 of 30 · 25 more running · 5s');
  });

  it('says when a node waits for another run, and shows nothing before the run has begun', () => {
    const waiting = nodeEvent('node-waiting', 'train', 1, {
      key,
      holder: { pid: 1, host: 'h', since: 0 },
    });
    expect(screen(80, 3, [started(1), waiting])).toEqual(['train waits for another run', '0 of 1 · 3s']);
    expect(screen(80, 3, [])).toEqual([]);
  });
});
