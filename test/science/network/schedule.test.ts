import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateAt, type Schedule } from '../../../src/science/network/schedule.ts';

/** Made by make_training.py with PyTorch: [learning rate, beta1] of every step. */
const fixture = JSON.parse(
  await readFile(new URL('../../fixtures/network/schedules.json', import.meta.url), 'utf8'),
) as Record<string, [number, number][]>;
const full = { learningRate: 0.01, beta1: 0.9 };

describe('a schedule', () => {
  it.each<[string, Schedule]>([
    ['oneCycle', { name: 'one-cycle', warmUp: 0.1 }],
    ['oneCycleKeepingBeta1', { name: 'one-cycle', warmUp: 0.3, cycleBeta1: false }],
    ['cosine', { name: 'cosine', minimum: 1e-4 }],
  ])('gives the rates of PyTorch: %s', (name, schedule) => {
    const expected = fixture[name] as [number, number][];
    for (const [step, [learningRate, beta1]] of expected.entries()) {
      const rate = rateAt(schedule, full, step, expected.length);
      expect(rate.learningRate).toBeCloseTo(learningRate, 12);
      expect(rate.beta1).toBeCloseTo(beta1, 12);
    }
  });

  it('stays between nothing and the full rate, however few the steps', () => {
    const schedules = fc.constantFrom<Schedule>(
      { name: 'one-cycle', warmUp: 0.1 },
      { name: 'one-cycle' },
      { name: 'cosine' },
    );
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 30 }), (schedule, steps) => {
        for (let step = 0; step < steps; step++) {
          const { learningRate } = rateAt(schedule, full, step, steps);
          expect(learningRate).toBeGreaterThan(0);
          expect(learningRate).toBeLessThanOrEqual(full.learningRate);
        }
      }),
    );
  });
});
