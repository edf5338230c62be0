import { describe, expect, it } from 'vitest';
import type { NamedParameter } from '../../../src/science/network/layout.ts';
import { clip, optimizerStep, stretches } from '../../../src/science/network/optimizer.ts';
import { sharedNumbers } from '../../../src/science/network/parameters.ts';
import { openOptimizer } from '../../../src/science/network/shared-optimizer.ts';
import { rateAt } from '../../../src/science/network/schedule.ts';
import { fixture, optimizers, parameters, rate, settings, sizeOf } from './optimizer-steps.ts';

describe('an optimiser', () => {
  it.each(optimizers)('moves weights as PyTorch does over 20 steps: %s', (name, optimizer) => {
    const weights = Float32Array.from(fixture.start);
    const moments = { first: new Float32Array(weights.length), second: new Float32Array(weights.length) };
    const groups = stretches(parameters, sizeOf, optimizer.decay);
    for (const [step, values] of fixture.gradients.entries()) {
      const gradients = Float32Array.from(values);
      if (typeof optimizer.clipNorm === 'number') clip(gradients, optimizer.clipNorm);
      optimizerStep(weights, gradients, moments, groups, optimizer, rate, step + 1);
    }
    const expected = fixture.after[name] as number[];
    for (const [i, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[i] as number, 5);
  });

  it('parts weights into as few stretches as there are changes of decay', () => {
    expect(stretches(parameters, sizeOf)).toEqual([{ start: 0, end: 21, decays: true }]);
    expect(stretches(parameters, sizeOf, 'kernels')).toEqual([
      { start: 0, end: 12, decays: true },
      { start: 12, end: 15, decays: false },
      { start: 15, end: 21, decays: true },
    ]);
  });

  it('leaves a gradient alone that is short enough', () => {
    const gradients = Float32Array.of(3, 4);
    clip(gradients, 5.1);
    expect([...gradients]).toEqual([3, 4]);
  });
});

describe('an optimiser shared out over threads', () => {
  it('moves every weight to the same bits as one alone', async () => {
    const shapes = [[300_000], [1000, 1000], [7], [200_001]];
    const named = shapes.map((shape, i): NamedParameter => ({
      name: String(i),
      shape,
      role: 'weight',
      initial: { constant: 0 },
    }));
    const length = named.reduce((sum, parameter) => sum + sizeOf(parameter), 0);
    const after = async (cpus: number): Promise<Buffer> => {
      const [weights, gradients, first, second] = [0, 1, 2, 3].map(() => sharedNumbers(length)) as [
        Float32Array,
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const shared = openOptimizer(
        { parameters: named, data: weights, views: [] },
        { parameters: named, data: gradients, views: [] },
        { first, second },
        { ...settings, decay: 'kernels' },
        cpus,
      );
      for (let step = 1; step <= 2; step++) {
        for (let i = 0; i < length; i++) gradients[i] = Math.sin(i * step);
        await shared.step(rate, step);
      }
      await shared.close();
      return Buffer.concat([weights, first, second].map(({ buffer }) => Buffer.from(buffer)));
    };
    const alone = await after(1);
    for (const cpus of [2, 3]) expect(alone.equals(await after(cpus))).toBe(true);
  });
});

describe('a cosine schedule', () => {
  const full = { learningRate: 0.01, beta1: 0.9 };
  it('rises again behind a period that is shorter than the training, as in PyTorch', () => {
    const schedule = { name: 'cosine', minimum: 1e-7, period: 0.5 } as const;
    for (const [step, expected] of (fixture.rates['twoPeriods'] as number[]).entries())
      expect(rateAt(schedule, full, step, 20).learningRate).toBeCloseTo(expected, 12);
  });

  it('stays for an epoch where it is told to', () => {
    const schedule = { name: 'cosine', minimum: 1e-7, period: 0.5, every: 'epoch' } as const;
    for (const [step, expected] of (fixture.rates['epochs'] as number[]).entries())
      expect(rateAt(schedule, full, step, 60, 3).learningRate).toBeCloseTo(expected, 12);
  });

  it('rises along a line first where it is told to', () => {
    const schedule = { name: 'cosine', linearWarmUp: 0.2 } as const;
    const rates = Array.from({ length: 20 }, (_, step) => rateAt(schedule, full, step, 20).learningRate);
    expect(rates.slice(0, 5).map((value) => Math.round(value * 1e6))).toEqual([
      2000, 4000, 6000, 8000, 10000,
    ]);
    expect(rates.slice(4)).toEqual(rates.slice(4).toSorted((a, b) => b - a));
  });
});
