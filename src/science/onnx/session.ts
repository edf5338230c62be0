/**
 * onnxruntime on the processor, set up alike for training, features and everything else: sequential, with the
 * number of threads granted. The numbers do not depend on the number of threads as long as no operator of the
 * graph splits a sum over them; the graphs built here are tested for that.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';

export { Tensor } from 'onnxruntime-node';

export interface SessionOptions {
  readonly cpus: number;
}

/** Opens a model from its file or its bytes. Release it with `close`. */
export async function openSession(model: string | Uint8Array, { cpus }: SessionOptions): Promise<Session> {
  const settings: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: cpus,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    logSeverityLevel: 3,
    // Threads that wait busily gain 5 % on idle cores and double the time beside other work.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, settings)
    : InferenceSession.create(model, settings));
  return {
    inputs: tensorTypes(session.inputMetadata),
    outputs: tensorTypes(session.outputMetadata),
    run: (feeds, fetches) => (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches)),
    close: () => session.release(),
  };
}

export interface Session {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** Runs the graph; all its outputs, or those of `fetches`. */
  run(feeds: Tensors, fetches?: Fetches): Promise<Tensors>;
  close(): Promise<void>;
}

export type Tensors = Readonly<Record<string, Tensor>>;
/** The outputs wanted; one with a tensor is written into that tensor's array. */
type Fetches = Readonly<Record<string, Tensor | null>>;

export interface TensorType {
  readonly name: string;
  /** onnxruntime's word: `float32`, `int64`. */
  readonly type: string;
  /** Sizes, or the names of symbolic axes. */
  readonly shape: readonly (number | string)[];
}

/** Axes in order, the last fastest. The array is used, not copied. */
export function floatTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return new Tensor('float32', data, shape);
}

function tensorTypes(values: readonly InferenceSession.ValueMetadata[]): TensorType[] {
  return values.flatMap((value) =>
    value.isTensor ? [{ name: value.name, type: value.type, shape: value.shape }] : [],
  );
}
