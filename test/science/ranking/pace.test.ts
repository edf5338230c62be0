import { afterEach, expect, it, vi } from 'vitest';
import { startPace } from '../../../src/science/ranking/pace.ts';

afterEach(() => {
  vi.useRealTimers();
});

it.each([
  { batch: 256, seconds: 40, words: '64 images/s, 60 min left' },
  { batch: 256, seconds: 2, words: '1280 images/s, 3 min left' },
])('says $words', ({ batch, seconds, words }) => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const pace = startPace(batch);
  vi.advanceTimersByTime(1000 * seconds);
  expect(pace.describe(10, 900)).toBe(words);
});
