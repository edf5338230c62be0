/**
 * The ONNX messages in use, as protobufjs describes them (https://onnx.ai/onnx/repo-docs/IR.html, onnx.proto3).
 * Field numbers are the standard's; fields that are not listed are skipped when a model is read.
 */
import protobuf from 'protobufjs/light.js';

const root = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: { type: 'string', id: 1 },
        float: { type: 'float', id: 2 },
        int: { type: 'int64', id: 3 },
        text: { type: 'bytes', id: 4 },
        tensor: { type: 'Tensor', id: 5 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    Node: {
      fields: {
        inputs: { rule: 'repeated', type: 'string', id: 1 },
        outputs: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        operation: { type: 'string', id: 4 },
        attributes: { rule: 'repeated', type: 'Attribute', id: 5 },
        domain: { type: 'string', id: 7 },
      },
    },
    Tensor: {
      fields: {
        shape: { rule: 'repeated', type: 'int64', id: 1 },
        type: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        bytes: { type: 'bytes', id: 9 },
      },
    },
    Axis: { fields: { size: { type: 'int64', id: 1 }, symbol: { type: 'string', id: 2 } } },
    Shape: { fields: { axes: { rule: 'repeated', type: 'Axis', id: 1 } } },
    TensorType: { fields: { element: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } } },
    Type: { fields: { tensor: { type: 'TensorType', id: 1 } } },
    ValueInfo: { fields: { name: { type: 'string', id: 1 }, type: { type: 'Type', id: 2 } } },
    Graph: {
      fields: {
        nodes: { rule: 'repeated', type: 'Node', id: 1 },
        name: { type: 'string', id: 2 },
        constants: { rule: 'repeated', type: 'Tensor', id: 5 },
        inputs: { rule: 'repeated', type: 'ValueInfo', id: 11 },
        outputs: { rule: 'repeated', type: 'ValueInfo', id: 12 },
      },
    },
    OperatorSet: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Model: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producer: { type: 'string', id: 2 },
        graph: { type: 'Graph', id: 7 },
        operatorSets: { rule: 'repeated', type: 'OperatorSet', id: 8 },
        metadata: { rule: 'repeated', type: 'Entry', id: 14 },
      },
    },
  },
});

const Model = root.lookupType('Model');
const Entry = root.lookupType('Entry');

/** Of a model: its entries of metadata. */
export const metadataField = 14;

/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, text: 3, tensor: 4, ints: 7 } as const;

/** TensorProto.DataType. */
export const elementTypes = { float32: 1, uint8: 2, int64: 7, float64: 11 } as const;
export type ElementType = keyof typeof elementTypes;

export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly float?: number;
  readonly int?: number;
  readonly ints?: readonly number[];
  readonly text?: Uint8Array;
}

export interface NodeMessage {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name: string;
  readonly operation: string;
  readonly attributes: readonly AttributeMessage[];
  readonly domain?: string;
}

export interface TensorMessage {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
}

export interface ValueInfoMessage {
  readonly name: string;
  readonly type: {
    readonly tensor: {
      readonly element: number;
      readonly shape: { readonly axes: readonly ({ readonly size: number } | { readonly symbol: string })[] };
    };
  };
}

export interface ModelMessage {
  readonly irVersion: number;
  readonly producer: string;
  readonly graph: {
    readonly name: string;
    readonly nodes: readonly NodeMessage[];
    readonly constants: readonly TensorMessage[];
    readonly inputs: readonly ValueInfoMessage[];
    readonly outputs: readonly ValueInfoMessage[];
  };
  readonly operatorSets: readonly { readonly domain?: string; readonly version: number }[];
  readonly metadata: readonly EntryMessage[];
}

export interface EntryMessage {
  readonly key: string;
  readonly value: string;
}

export function decodeEntry(bytes: Uint8Array): EntryMessage {
  return Entry.toObject(Entry.decode(bytes), { defaults: true }) as EntryMessage;
}

/** The bytes of an `.onnx` file: the same message gives the same bytes. */
export function encodeModel(model: ModelMessage): Uint8Array {
  return Model.encode(model).finish();
}

/** Reads an `.onnx` file; empty fields are left out. Throws when the bytes are not protobuf. 64-bit numbers become doubles. */
export function decodeModel(bytes: Uint8Array): ModelMessage {
  return Model.toObject(Model.decode(bytes), {
    longs: Number,
    arrays: true,
    objects: true,
    defaults: true,
  }) as ModelMessage;
}
