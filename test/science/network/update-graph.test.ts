import { describe, expect, it } from 'vitest';
import { clip, optimizerStep, stretches, type Optimizer } from '../../../src/science/network/optimizer.ts';
import { gradientName } from '../../../src/science/network/training-graph.ts';
import {
  firstMomentName,
  secondMomentName,
  updatedName,
  updateGraph,
  updateScalars,
} from '../../../src/science/network/update-graph.ts';
import { floatTensor, openSession, type Tensors } from '../../../src/science/onnx/session.ts';
import { fixture, optimizers, parameters, rate, sizeOf } from './optimizer-steps.ts';

describe('the optimiser as a graph', () => {
  it.each(optimizers)(
    'moves weights and moments as the one with arrays, and PyTorch, do over 20 steps: %s',
    async (name, optimizer) => {
      const graph = await stepsOfGraph(optimizer);
      const arrays = stepsOfArrays(optimizer);
      for (const [part, values] of Object.entries(arrays))
        for (const [i, value] of values.entries())
          expect(Math.abs((graph[part]?.[i] as number) - value), part).toBeLessThan(
            1e-6 * Math.max(1, Math.abs(value)),
          );
      for (const [i, value] of (fixture.after[name] as number[]).entries())
        expect(graph['weights']?.[i]).toBeCloseTo(value, 5);
    },
  );
});

function stepsOfArrays(optimizer: Optimizer): Record<string, Float32Array> {
  const weights = Float32Array.from(fixture.start);
  const moments = { first: new Float32Array(weights.length), second: new Float32Array(weights.length) };
  const groups = stretches(parameters, sizeOf, optimizer.decay);
  for (const [step, values] of fixture.gradients.entries()) {
    const gradients = Float32Array.from(values);
    if (typeof optimizer.clipNorm === 'number') clip(gradients, optimizer.clipNorm);
    optimizerStep(weights, gradients, moments, groups, optimizer, rate, step + 1);
  }
  return { weights, ...moments };
}

async function stepsOfGraph(optimizer: Optimizer): Promise<Record<string, number[]>> {
  const session = await openSession(updateGraph(parameters, optimizer), { cpus: 1 });
  const zeros = fixture.start.map(() => 0);
  let state: Tensors = {
    ...tensorsOn(fixture.start, (name) => name),
    ...tensorsOn(zeros, firstMomentName),
    ...tensorsOn(zeros, secondMomentName),
  };
  const names = Object.keys(state);
  for (const [step, values] of fixture.gradients.entries()) {
    const gradients = tensorsOn(values, gradientName);
    const updated = await session.run({
      ...state,
      ...gradients,
      ...updateScalars(optimizer, rate, step + 1),
    });
    state = Object.fromEntries(names.map((name) => [name, updated[updatedName(name)] as Tensors[string]]));
  }
  await session.close();
  const all = (rename: (name: string) => string): number[] =>
    parameters.flatMap(({ name }) => [...((state[rename(name)] as Tensors[string]).data as Float32Array)]);
  return { weights: all((name) => name), first: all(firstMomentName), second: all(secondMomentName) };
}

/** The numbers of all parameters, one after the other, as a tensor for each. */
function tensorsOn(values: readonly number[], rename: (name: string) => string): Tensors {
  let start = 0;
  return Object.fromEntries(
    parameters.map((parameter) => {
      const data = Float32Array.from(values.slice(start, (start += sizeOf(parameter))));
      return [rename(parameter.name), floatTensor(data, parameter.shape)];
    }),
  );
}
