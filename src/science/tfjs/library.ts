/**
 * TensorFlow by `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`, where one of them is installed: an optional
 * peer, never installed by `npm ci`. Its types are named here as far as they are used, so that nothing needs it.
 */
import { createRequire } from 'node:module';
import util from 'node:util';
import { FailureError } from '../../failure.ts';
import { backendAbsent } from '../onnx/backend.ts';

export interface TfTensor {
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
  add(other: TfTensor | number): TfTensor;
  sub(other: TfTensor | number): TfTensor;
  mul(other: TfTensor | number): TfTensor;
  reshape(shape: readonly number[]): TfTensor;
  transpose(permutation: readonly number[]): TfTensor;
  expandDims(axis: number): TfTensor;
  slice(begin: readonly number[], size: readonly number[]): TfTensor;
  mean(axes: readonly number[]): TfTensor;
  sum(): TfTensor;
  square(): TfTensor;
  sqrt(): TfTensor;
  rsqrt(): TfTensor;
  erf(): TfTensor;
  sigmoid(): TfTensor;
  neg(): TfTensor;
  relu(): TfTensor;
  dispose(): void;
}

type Pads = readonly (readonly [number, number])[];
type Window = readonly [number, number];

/** What is used of the package. Images are (N, H, W, C). */
export interface Tfjs {
  tensor(values: Float32Array, shape: readonly number[]): TfTensor;
  pad(x: TfTensor, pads: Pads, value: number): TfTensor;
  mirrorPad(x: TfTensor, pads: Pads, mode: 'reflect'): TfTensor;
  concat(tensors: readonly TfTensor[], axis: number): TfTensor;
  /** `kernel` (k, k, C, K). */
  conv2d(x: TfTensor, kernel: TfTensor, strides: number, pad: 'valid'): TfTensor;
  /** `kernel` (k, k, C, 1). */
  depthwiseConv2d(x: TfTensor, kernel: TfTensor, strides: number, pad: 'valid'): TfTensor;
  maxPool(x: TfTensor, size: number, strides: number, pad: 'valid'): TfTensor;
  avgPool(x: TfTensor, size: Window, strides: Window, pad: 'valid'): TfTensor;
  matMul(a: TfTensor, b: TfTensor, transposeA: boolean, transposeB: boolean): TfTensor;
  keep(tensor: TfTensor): TfTensor;
  valueAndGrads(
    of: (...weights: TfTensor[]) => TfTensor,
  ): (weights: readonly TfTensor[]) => { readonly value: TfTensor; readonly grads: readonly TfTensor[] };
  tidy<Value>(work: () => Value): Value;
  memory(): { readonly numTensors: number };
  getBackend(): string;
  readonly version: { readonly tfjs: string };
}

export const tfjsPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** `from`: a file whose `node_modules` are looked at; this one where absent. Throws BACKEND_ABSENT. */
export function loadTfjs(from: string | URL = import.meta.url): Tfjs {
  const require = createRequire(from);
  const faults: string[] = [];
  restoreUtilities();
  for (const name of tfjsPackages) {
    try {
      return require(name) as Tfjs;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'MODULE_NOT_FOUND' || !message.includes(`'${name}'`))
        faults.push(`${name} does not load: ${message.split('\n', 1)[0]}`);
    }
  }
  const what = faults.length > 0 ? faults.join('; ') : `${tfjsPackages.join(' and ')} are not installed`;
  throw new FailureError(
    backendAbsent(
      'tfjs',
      what,
      `npm install --no-save --ignore-scripts @tensorflow/tfjs-node@4.22.0 node-api-headers, then pipe setup tensorflow; or choose engine: onnxruntime`,
    ),
  );
}

/** The packages are of 2024 and call what Node 23 took away. */
function restoreUtilities(): void {
  const old = util as unknown as Record<string, unknown>;
  old['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
  old['isArray'] ??= Array.isArray;
}
