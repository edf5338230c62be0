/** Twenty steps of each kind of optimiser on the same gradients, as PyTorch takes them in float64 (make_optimizers.py). */
import { readFile } from 'node:fs/promises';
import type { NamedParameter } from '../../../src/science/network/layout.ts';
import type { Optimizer } from '../../../src/science/network/optimizer.ts';

export const fixture = JSON.parse(
  await readFile(new URL('../../fixtures/network/optimizers.json', import.meta.url), 'utf8'),
) as {
  readonly shapes: Record<string, number[]>;
  readonly start: number[];
  readonly gradients: number[][];
  /** The weights after the last step, by the name of the optimiser. */
  readonly after: Record<string, number[]>;
  readonly rates: Record<string, number[]>;
};

export const parameters = Object.entries(fixture.shapes).map(([name, shape]): NamedParameter => ({
  name,
  shape,
  role: 'weight',
  initial: { constant: 0 },
}));

export const sizeOf = ({ shape }: NamedParameter): number => shape.reduce((size, axis) => size * axis, 1);

export const settings = { beta2: 0.98, epsilon: 1e-6, weightDecay: 0.1 };
export const rate = { learningRate: 1e-2, beta1: 0.9 };

export const optimizers: readonly (readonly [name: string, Optimizer])[] = [
  ['adamw', { ...settings, name: 'adamw' }],
  ['adam', { ...settings, name: 'adam' }],
  ['adamwKernels', { ...settings, name: 'adamw', decay: 'kernels' }],
  ['adamKernelsClipped', { ...settings, name: 'adam', decay: 'kernels', clipNorm: 1.5 }],
];
