/**
 * A network laid out for an image size: every layer with the shapes it reads and gives, every parameter with its
 * name and shape. All that can be wrong with a description is found here, with the layer's name.
 */
import { FailureError } from '../../failure.ts';
import { imageName, parameterName, type Layer, type Network } from './description.ts';
import { operatorOf } from './operators/all.ts';
import { shapeError, type Parameter, type Shape } from './operators/operator.ts';

export interface Layout {
  readonly network: Network;
  /** Side of the input image, px. */
  readonly size: number;
  readonly layers: readonly PlacedLayer[];
  readonly parameters: readonly NamedParameter[];
  /** The outputs of the network and their shapes for one image, in the order of the description. */
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
}

export interface PlacedLayer {
  readonly layer: Layer;
  /** The names of the layers read. */
  readonly from: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly parameters: readonly NamedParameter[];
}

export interface NamedParameter extends Parameter {
  /** `block1.conv1.weight`. */
  readonly name: string;
}

/** Throws NETWORK_SHAPE, NETWORK_LAYER_TWICE, NETWORK_LAYER_UNKNOWN; the place is the layer. */
export function layOut(network: Network, size: number): Layout {
  const shapes = new Map<string, Shape>([[imageName, [network.channels, size, size]]]);
  const shapeOf = (name: string, reader: string): Shape => {
    const shape = shapes.get(name);
    if (shape === undefined) throw unknownLayer(name, reader);
    return shape;
  };

  let previous = imageName;
  const layers = network.layers.map((layer): PlacedLayer => {
    const { name } = layer;
    if (shapes.has(name))
      throw new FailureError({
        code: 'NETWORK_LAYER_TWICE',
        message: `the name ${name} is taken by an earlier layer`,
        place: name,
      });
    const from = layer.from ?? [previous];
    const inputShapes = from.map((source) => shapeOf(source, name));
    const placed = place(layer, from, inputShapes);
    shapes.set(name, placed.outputShape);
    previous = name;
    return placed;
  });

  return {
    network,
    size,
    layers,
    parameters: layers.flatMap((layer) => layer.parameters),
    outputs: network.outputs.map((name) => ({ name, shape: shapeOf(name, 'outputs') })),
  };
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((size, axis) => size * axis, 1);
}

function place(layer: Layer, from: readonly string[], inputShapes: readonly Shape[]): PlacedLayer {
  const operator = operatorOf(layer);
  try {
    const outputShape = operator.shape(layer, inputShapes);
    const parameters = Object.entries(operator.parameters(layer, inputShapes)).map(([name, parameter]) => ({
      ...parameter,
      name: parameterName(layer, name),
    }));
    return { layer, from, inputShapes, outputShape, parameters };
  } catch (error) {
    if (error instanceof FailureError && error.failure.code === shapeError('').failure.code)
      throw new FailureError({ ...error.failure, place: layer.name });
    throw error;
  }
}

function unknownLayer(name: string, reader: string): FailureError {
  return new FailureError({
    code: 'NETWORK_LAYER_UNKNOWN',
    message: `reads ${name}, which is no earlier layer`,
    place: reader,
  });
}
