/**
 * Builds ONNX graphs: values are names, nodes are added in the order of execution, equal constants are one.
 *
 *     const graph = new GraphBuilder();
 *     const x = graph.input('x', ['N', 3]);
 *     graph.output('y', graph.node('Relu', [x]), ['N', 3]);
 *     const bytes = graph.model('example');
 */
import type { Dialect } from './dialect.ts';
import {
  attributeTypes,
  elementTypes,
  encodeModel,
  type AttributeMessage,
  type ElementType,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './messages.ts';

/** The name of a tensor in the graph. */
export type Value = string;
/** A size, or the name of an axis whose size is known only at run time. */
export type Axis = number | string;
/** Numbers are ONNX integers; a float is written `{ float: 1 }`. */
type Attribute = number | readonly number[] | string | { readonly float: number };

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** `com.microsoft` for onnxruntime's own operators. */
  readonly domain?: string;
}

type Elements = Float32Array | Float64Array | Uint8Array | BigInt64Array;

/** ONNX 1.12 and onnxruntime's own operators: what every onnxruntime of these years reads. */
const operatorSets = [
  { domain: '', version: 17 },
  { domain: 'com.microsoft', version: 1 },
  { domain: 'com.microsoft.nchwc', version: 1 },
];
const irVersion = 8;

export class GraphBuilder {
  /** Stands before the names of the nodes that follow: `block1.conv1/forward`. Seen in profiles and error messages. */
  scope = '';
  readonly #dialect: Dialect;
  readonly #nodes: NodeMessage[] = [];
  readonly #inputs: ValueInfoMessage[] = [];
  readonly #outputs: ValueInfoMessage[] = [];
  readonly #constants: TensorMessage[] = [];
  readonly #known = new Map<string, Value>();
  /** For each gate a vector of one zero that is there when it is. */
  readonly #gates = new Map<Value, Value>();
  /** Inner names of the values that leave the graph under a name of their own. */
  readonly #renamed = new Map<Value, string>();

  constructor(dialect: Dialect = 'onnxruntime') {
    this.#dialect = dialect;
  }

  input(name: string, shape: readonly Axis[], type: ElementType = 'float32'): Value {
    this.#inputs.push(valueInfo(name, shape, type));
    return name;
  }

  /** Names `value` as an output of the graph. */
  output(name: string, value: Value, shape: readonly Axis[], type: ElementType = 'float32'): void {
    const isGiven = [...this.#inputs, ...this.#constants].some(({ name }) => name === value);
    const inner = isGiven || this.#renamed.has(value) ? this.node('Identity', [value]) : value;
    this.#renamed.set(inner, name);
    this.#outputs.push(valueInfo(name, shape, type));
  }

  /** A node with one output, which is returned. */
  node(operation: string, inputs: readonly Value[], options: NodeOptions = {}): Value {
    return this.nodes(operation, inputs, 1, options)[0] as Value;
  }

  /** A node with several outputs. */
  nodes(operation: string, inputs: readonly Value[], count: number, options: NodeOptions = {}): Value[] {
    const name = `${this.scope}/${operation}${this.#nodes.length}`;
    const outputs = Array.from({ length: count }, (_, index) => (count === 1 ? name : `${name}.${index}`));
    this.#nodes.push({
      name,
      operation,
      inputs,
      outputs,
      attributes: Object.entries(options.attributes ?? {}).map(([key, value]) => attribute(key, value)),
      ...(options.domain === undefined ? {} : { domain: options.domain }),
    });
    return outputs;
  }

  /** A constant under a name of its own, such as a trained parameter. */
  initializer(name: string, shape: readonly number[], data: Elements): Value {
    this.#constants.push({ name, shape, type: elementTypes[elementType(data)], bytes: bytesOf(data) });
    return name;
  }

  /** A constant; one with the same type, shape and numbers is used again. A scalar when no shape is given. */
  constant(data: Elements, shape: readonly number[] = []): Value {
    const bytes = bytesOf(data);
    const key = `${elementType(data)} ${shape.join()} ${Buffer.from(bytes).toString('latin1')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.initializer(`constant${this.#known.size}`, shape, data);
    this.#known.set(key, name);
    return name;
  }

  float(value: number): Value {
    return this.constant(Float32Array.of(value));
  }

  /** A vector of 64-bit integers: shapes, axes, starts. */
  integers(...values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** a (N, I, J) times b (N, K, J) transposed: (N, I, K). */
  timesTransposed(a: Value, b: Value): Value {
    if (this.#dialect === 'onnx')
      return this.node('MatMul', [a, this.node('Transpose', [b], { attributes: { perm: [0, 2, 1] } })]);
    const attributes = { transB: 1, alpha: { float: 1 } };
    return this.node('FusedMatMul', [a, b], { domain: 'com.microsoft', attributes });
  }

  /** In `shape`, 0 keeps an axis and -1 takes what is left. */
  reshape(value: Value, ...shape: readonly number[]): Value {
    return this.node('Reshape', [value, this.integers(...shape)]);
  }

  /**
   * `value`, of this shape, but not before `gate` is there. onnxruntime runs a node as early as its inputs are there, in an
   * order of its own, and what has run early lies in memory until it is used: this keeps it from it, at no cost. The value's
   * shape is made to depend on the gate: the place of the largest of one number is 0, whatever the number.
   */
  after(value: Value, shape: readonly number[], gate: Value): Value {
    const zero =
      this.#gates.get(gate) ??
      this.node(
        'ArgMax',
        [this.node('Slice', [this.reshape(gate, -1), this.integers(0), this.integers(1)])],
        { attributes: { axis: 0 } },
      );
    this.#gates.set(gate, zero);
    return this.node('Reshape', [value, this.node('Add', [this.integers(...shape), zero])]);
  }

  /** The `.onnx` file. `metadata` is kept in the order given. */
  model(name: string, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
    const rename = (value: Value): string => this.#renamed.get(value) ?? value;
    return encodeModel({
      irVersion,
      producer: 'pipe',
      graph: {
        name,
        nodes: this.#nodes.map((node) => ({
          ...node,
          inputs: node.inputs.map(rename),
          outputs: node.outputs.map(rename),
        })),
        constants: this.#constants,
        inputs: this.#inputs,
        outputs: this.#outputs,
      },
      operatorSets: operatorSets.filter(
        ({ domain }) => domain === '' || this.#nodes.some((node) => node.domain === domain),
      ),
      metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    });
  }
}

function attribute(name: string, value: Attribute): AttributeMessage {
  if (typeof value === 'string') return { name, type: attributeTypes.text, text: Buffer.from(value) };
  if (typeof value === 'number') return { name, type: attributeTypes.int, int: value };
  if ('float' in value) return { name, type: attributeTypes.float, float: value.float };
  return { name, type: attributeTypes.ints, ints: value };
}

function valueInfo(name: string, shape: readonly Axis[], type: ElementType): ValueInfoMessage {
  const axes = shape.map((axis) => (typeof axis === 'number' ? { size: axis } : { symbol: axis }));
  return { name, type: { tensor: { element: elementTypes[type], shape: { axes } } } };
}

function elementType(data: Elements): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  return data instanceof Uint8Array ? 'uint8' : 'int64';
}

const bytesOf = (data: Elements): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
