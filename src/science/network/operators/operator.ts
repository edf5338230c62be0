/**
 * What every kind of layer says of itself: the shape it gives, the parameters it has, its forward rule and its
 * backward rule as nodes of a graph. Shapes are those of one image, without the batch axis: `[C, H, W]` or `[F]`.
 */
import { FailureError } from '../../../failure.ts';
import type { Dialect } from '../../onnx/dialect.ts';
import type { GraphBuilder, Value } from '../../onnx/graph.ts';

export type Shape = readonly number[];

export interface Operator<Kind> {
  /** The output's shape. Throws a `FailureError` NETWORK_SHAPE when the inputs do not fit. */
  shape(layer: Kind, inputs: readonly Shape[]): Shape;
  /** Parameters by the last part of their names: `weight`, `running_mean`. */
  parameters(layer: Kind, inputs: readonly Shape[]): Readonly<Record<string, Parameter>>;
  forward(place: Place<Kind>): Forward;
}

export interface Parameter {
  readonly shape: Shape;
  /** Weights are trained by gradients; statistics are running averages of what batches show. */
  readonly role: 'weight' | 'statistic';
  readonly initial: { readonly uniform: number } | { readonly constant: number };
}

/** Where a layer stands in a graph. */
export interface Place<Kind> {
  readonly graph: GraphBuilder;
  readonly layer: Kind;
  readonly inputs: readonly Value[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** A graph for training has a fixed batch; one for inference takes any. */
  readonly mode: TrainingMode | { readonly kind: 'inference' };
  readonly parameter: (name: string) => Value;
}

export interface TrainingMode {
  readonly kind: 'training';
  readonly batch: number;
  readonly form: Form;
}

/** What a graph for training may be made of. */
export interface Form {
  readonly dialect?: Dialect | undefined;
  /** Channels in a block, where convolutions may use that layout: see `channelBlock`. */
  readonly block?: number | undefined;
  /** Whether the backward pass waits with everything until its turn, and makes again what is cheap to make. */
  readonly isFrugal?: boolean;
}

export interface Forward {
  readonly output: Value;
  /** This batch's own values of the statistics, in training. */
  readonly statistics?: Readonly<Record<string, Value>>;
  /** Makes the output once more, where that is cheap beside keeping it for the backward pass. */
  readonly again?: (inputs: readonly Value[]) => Value;
  /** Whether the backward rule reads the layer's inputs. */
  readonly readsInputs: boolean;
  /** Adds the backward rule; called once, in a graph for training. */
  backward(request: BackwardRequest): Backward;
}

interface BackwardRequest {
  /** The loss's gradient with respect to the output. */
  readonly gradient: Value;
  /** Whether anything above learns, so that gradients with respect to the inputs are wanted. */
  readonly wantsInputs: boolean;
  /** The layer's inputs and its output as the backward pass has them: kept, or made again. */
  readonly inputs: () => readonly Value[];
  readonly output: () => Value;
}

interface Backward {
  /** With respect to each input; empty where they are not wanted. */
  readonly inputs: readonly Value[];
  /** With respect to each weight, by its last name. */
  readonly weights: Readonly<Record<string, Value>>;
}

/** The height and width of an image-shaped input. */
export function imageShape(
  shape: Shape,
  what: string,
): readonly [channels: number, height: number, width: number] {
  if (shape.length !== 3) throw shapeError(`${what} takes an image [C, H, W], found [${shape.join(', ')}]`);
  return shape as unknown as readonly [number, number, number];
}

export function onlyInput<Item>(inputs: readonly Item[]): Item {
  if (inputs.length !== 1) throw shapeError(`takes one input, found ${inputs.length}`);
  return inputs[0] as Item;
}

export function shapeError(message: string): FailureError {
  return new FailureError({ code: 'NETWORK_SHAPE', message });
}
