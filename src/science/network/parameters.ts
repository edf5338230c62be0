/**
 * The numbers of a network: weights, which gradients train, and statistics, which are running averages. Each kind
 * lies in one array, so that the optimiser and the checkpoint go over it at once; views give the single parameters.
 */
import { randomOf } from '../random.ts';
import { sizeOf, type Layout, type NamedParameter } from './layout.ts';
import type { Parameter } from './operators/operator.ts';

export interface Parameters {
  readonly weights: Block;
  readonly statistics: Block;
}

/** Parameters of one role, one after the other. */
export interface Block {
  readonly parameters: readonly NamedParameter[];
  readonly data: Float32Array;
  /** Each parameter's part of `data`, in order. */
  readonly views: readonly Float32Array[];
}

/** The parameters an untrained network starts from. Each has a stream of random numbers of its own, by its name. */
export function initialParameters(layout: Layout, seed: number): Parameters {
  const parameters = { weights: block(layout, 'weight'), statistics: block(layout, 'statistic') };
  for (const { parameters: named, views } of Object.values(parameters))
    for (const [index, { name, initial }] of named.entries()) {
      const view = views[index] as Float32Array;
      if ('constant' in initial) view.fill(initial.constant);
      else {
        const random = randomOf(seed, 'parameter', name);
        for (let i = 0; i < view.length; i++) view[i] = random.between(-initial.uniform, initial.uniform);
      }
    }
  return parameters;
}

/** Overwrites the numbers of `target` with those of `source`, of one layout. */
export function copyParameters(target: Parameters, source: Parameters): void {
  target.weights.data.set(source.weights.data);
  target.statistics.data.set(source.statistics.data);
}

/** Zeros in memory that threads can share. */
export function sharedNumbers(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** `data`, or zeros, laid out as the parameters of a role: gradients, moments, a batch's statistics. */
export function block(layout: Layout, role: Parameter['role'], data = zerosFor(layout, role)): Block {
  const parameters = layout.parameters.filter((parameter) => parameter.role === role);
  let offset = 0;
  const views = parameters.map(({ shape }) => data.subarray(offset, (offset += sizeOf(shape))));
  return { parameters, data, views };
}

function zerosFor({ parameters }: Layout, role: Parameter['role']): Float32Array {
  const sizes = parameters.map((parameter) => (parameter.role === role ? sizeOf(parameter.shape) : 0));
  return sharedNumbers(sizes.reduce((total, size) => total + size, 0));
}
