/** Every kind of layer with its operator. */
import type { LayerKind } from '../description.ts';
import { batchNorm } from './batch-norm.ts';
import { convolution } from './convolution.ts';
import { gridMean } from './grid-mean.ts';
import { highPass } from './high-pass.ts';
import { linear } from './linear.ts';
import { maxPool } from './max-pool.ts';
import type { Operator } from './operator.ts';
import { relu } from './relu.ts';
import { sum } from './sum.ts';

const operators: { readonly [Kind in LayerKind['kind']]: Operator<Extract<LayerKind, { kind: Kind }>> } = {
  'batch-norm': batchNorm,
  convolution,
  'grid-mean': gridMean,
  'high-pass': highPass,
  linear,
  'max-pool': maxPool,
  relu,
  sum,
};

/** The operator of a layer; it takes that layer. */
export function operatorOf(layer: LayerKind): Operator<LayerKind> {
  return operators[layer.kind];
}
