/**
 * The three matrix products behind a mixture with wide full covariances, done by onnxruntime. Every operand is a whole
 * array in C order; nothing is copied on the way in. Each number of a result is summed by one thread, so that the number
 * of threads changes none of them.
 */
import { GraphBuilder } from '../onnx/graph.ts';
import { openSession, Tensor, type Session } from '../onnx/session.ts';

/** Numbers of one precision. */
type Numbers = Float32Array | Float64Array;

export interface MatrixProducts {
  /**
   * The squared norm of every column of W Z + b: (n). `matrix` W (m, p), `columns` Z (p, n), `offset` b (m),
   * all of one precision, which is that of the result.
   */
  squaredNorms<Kind extends Numbers>(matrix: Kind, columns: Kind, offset: Kind): Promise<Kind>;
  /** A Bᵀ: (m, p) for `left` A (m, n) and `right` B (p, n). */
  timesTransposed(left: Float64Array, right: Float64Array, length: number): Promise<Float64Array>;
  /** A B: (m, n) for `left` A (m, p) and `right` B (p, n). */
  times(left: Float64Array, right: Float64Array, length: number): Promise<Float64Array>;
  close(): Promise<void>;
}

/** Opens the products on `cpus` threads. Close them. */
export async function openMatrixProducts(cpus: number): Promise<MatrixProducts> {
  const open = (graph: Uint8Array): Promise<Session> => openSession(graph, { cpus });
  const norms = {
    float32: await open(squaredNormsGraph('float32')),
    float64: await open(squaredNormsGraph('float64')),
  };
  const transposed = await open(productGraph(true));
  const plain = await open(productGraph(false));
  const sessions = [norms.float32, norms.float64, transposed, plain];
  return {
    async squaredNorms(matrix, columns, offset) {
      const rows = offset.length;
      const inner = matrix.length / rows;
      const { norm } = await norms[precision(matrix)].run({
        matrix: tensor(matrix, [rows, inner]),
        columns: tensor(columns, [inner, columns.length / inner]),
        offset: tensor(offset, [rows, 1]),
      });
      return (norm as Tensor).data as typeof matrix;
    },
    timesTransposed: (left, right, length) =>
      product(transposed, left, [left.length / length, length], right, [right.length / length, length]),
    times: (left, right, length) =>
      product(plain, left, [left.length / length, length], right, [length, right.length / length]),
    close: async () => {
      for (const session of sessions) await session.close();
    },
  };
}

function squaredNormsGraph(type: 'float32' | 'float64'): Uint8Array {
  const graph = new GraphBuilder();
  const matrix = graph.input('matrix', ['m', 'p'], type);
  const columns = graph.input('columns', ['p', 'n'], type);
  const offset = graph.input('offset', ['m', 1], type);
  const mapped = graph.node('Gemm', [matrix, columns, offset]);
  const squares = graph.node('Mul', [mapped, mapped]);
  // ReduceSumSquare and a product with ones are both slower than this.
  const norm = graph.node('ReduceSum', [squares, graph.integers(0)], { attributes: { keepdims: 0 } });
  graph.output('norm', norm, ['n'], type);
  return graph.model('squared-norms');
}

function productGraph(transposed: boolean): Uint8Array {
  const graph = new GraphBuilder();
  const left = graph.input('left', ['m', 'k'], 'float64');
  const right = graph.input('right', transposed ? ['n', 'k'] : ['k', 'n'], 'float64');
  const attributes = { transB: transposed ? 1 : 0 };
  graph.output('product', graph.node('Gemm', [left, right], { attributes }), ['m', 'n'], 'float64');
  return graph.model('product');
}

async function product(
  session: Session,
  left: Float64Array,
  leftShape: readonly number[],
  right: Float64Array,
  rightShape: readonly number[],
): Promise<Float64Array> {
  const { product } = await session.run({
    left: tensor(left, leftShape),
    right: tensor(right, rightShape),
  });
  return (product as Tensor).data as Float64Array;
}

const precision = (data: Numbers): 'float32' | 'float64' =>
  data instanceof Float64Array ? 'float64' : 'float32';

const tensor = (data: Numbers, shape: readonly number[]): Tensor =>
  data instanceof Float64Array ? new Tensor('float64', data, shape) : new Tensor('float32', data, shape);
