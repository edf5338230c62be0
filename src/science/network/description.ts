/**
 * A network as data: layers in the order of execution, each reading the layer before it unless `from` names others.
 * Parameters are named as PyTorch names them: `block1.conv1.weight`, `block1.bn1.running_mean`.
 */
import type { BatchNorm } from './operators/batch-norm.ts';
import type { Convolution } from './operators/convolution.ts';
import type { GridMean } from './operators/grid-mean.ts';
import type { HighPass } from './operators/high-pass.ts';
import type { Linear } from './operators/linear.ts';
import type { MaxPool } from './operators/max-pool.ts';
import type { Relu } from './operators/relu.ts';
import type { Sum } from './operators/sum.ts';
import type { Normalization } from './pixels.ts';

export interface Network {
  readonly name: string;
  /** Channels of the input image. */
  readonly channels: number;
  /** How pixels become its numbers. */
  readonly normalization: Normalization;
  readonly layers: readonly Layer[];
  /** The layers whose outputs leave the network, under their own names. */
  readonly outputs: readonly string[];
}

export type Layer = LayerKind & {
  readonly name: string;
  /** The layers read; the one before by default. `image` is the network's input. */
  readonly from?: readonly string[];
  /** What the names of its parameters begin with, where that is not its own name. */
  readonly parameters?: string;
};

/** What a layer computes. Adding one: a file in `operators/`, a word here and in `operators/all.ts`. */
export type LayerKind = BatchNorm | Convolution | GridMean | HighPass | Linear | MaxPool | Relu | Sum;

/** `fc.weight` for `weight`. */
export const parameterName = ({ name, parameters }: Layer, last: string): string =>
  `${parameters ?? name}.${last}`;

/** The name of the network's input. */
export const imageName = 'image';
