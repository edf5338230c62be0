/**
 * onnxruntime, set up alike for training, features and everything else: sequential, with the number of threads granted.
 * On the processor the numbers do not depend on the number of threads as long as no operator of the graph splits a sum
 * over them; the graphs built here are tested for that.
 */
import { FailureError } from '../../failure.ts';
import { decodeModel } from './messages.ts';
import { refuseExternalData } from './external-data.ts';
import { backendAbsent, readiness, useTheProcessor, type Backend } from './backend.ts';
import { InferenceSession, Tensor } from './library.ts';

export { Tensor } from './library.ts';

export interface SessionOptions {
  readonly cpus: number;
  /** `cpu` where absent. */
  readonly backend?: Backend | undefined;
  /** Outputs that stay on the device, to be fed to a session of the same backend. Only `webgpu` has such; elsewhere they come back. */
  readonly staying?: readonly string[] | undefined;
  /** What failures call the model; its file where absent. */
  readonly place?: string;
}

/** Opens a model from its file or its bytes. Throws BACKEND_ABSENT, MODEL_EXTERNAL_DATA. Release it with `close`. */
export async function openSession(model: string | Uint8Array, options: SessionOptions): Promise<Session> {
  const { backend = 'cpu' } = options;
  const found = readiness(backend);
  if (!found.ready) throw new FailureError(found.failure);
  refuseExternalData(model, options.place ?? (typeof model === 'string' ? model : undefined));
  const settings = sessionSettings(model, options);
  const session = await (
    typeof model === 'string'
      ? InferenceSession.create(model, settings)
      : InferenceSession.create(model, settings)
  ).catch((error: unknown) => {
    throw absence(backend, error as Error) ?? error;
  });
  return {
    inputs: tensorTypes(session.inputMetadata),
    outputs: tensorTypes(session.outputMetadata),
    run: (feeds, fetches) => (fetches === undefined ? session.run(feeds) : session.run(feeds, fetches)),
    close: () => session.release(),
  };
}

/** What onnxruntime is told. */
export function sessionSettings(
  model: string | Uint8Array,
  { cpus, backend = 'cpu', staying = [] }: SessionOptions,
): InferenceSession.SessionOptions {
  return {
    executionProviders: providersOf(backend, model),
    intraOpNumThreads: cpus,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    // A pattern reserves one block for all of a run, beside what the first run took: twice the memory, and no time gained.
    enableMemPattern: false,
    // An absent device is told by an error of ours.
    logSeverityLevel: backend === 'cpu' ? 3 : 4,
    // Threads that wait busily gain 5 % on idle cores and double the time beside other work.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(backend === 'webgpu' &&
      staying.length > 0 && {
        preferredOutputLocation: Object.fromEntries(staying.map((name) => [name, 'gpu-buffer' as const])),
      }),
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

/** Those of these names. */
export const pick = (tensors: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(names.map((name) => [name, tensors[name] as Tensor]));

export const renamed = (tensors: Tensors, rename: (name: string) => string): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [rename(name), tensor]));

/** Frees what lies on a device now, rather than when it is collected; arrays in memory stay as they are. */
export function disposeAll(tensors: Tensors): void {
  for (const tensor of Object.values(tensors)) if (tensor.location !== 'cpu') tensor.dispose();
}

/**
 * What a device cannot do falls to the processor. WebGPU's own layout (channels last) gives wrong convolutions in
 * onnxruntime 1.30 where the number of channels is no multiple of four; channels first are right. Its pooling fails where
 * the places of the maxima are asked for too: that node is left to the processor.
 */
function providersOf(
  backend: Backend,
  model: string | Uint8Array,
): InferenceSession.ExecutionProviderConfig[] {
  switch (backend) {
    case 'cpu':
      return ['cpu'];
    case 'cuda':
      return ['cuda', 'cpu'];
    case 'webgpu': {
      const left = typeof model === 'string' ? [] : poolsWithPlaces(model);
      return [
        {
          name: 'webgpu',
          preferredLayout: 'NCHW',
          ...(left.length > 0 && { forceCpuNodeNames: left }),
        },
        'cpu',
      ];
    }
  }
}

const poolsWithPlaces = (model: Uint8Array): string[] =>
  decodeModel(model).graph.nodes.flatMap(({ name, operation, outputs }) =>
    operation === 'MaxPool' && outputs.length > 1 ? [name] : [],
  );

/** Undefined where the fault lies in the model. */
function absence(backend: Backend, { message }: Error): FailureError | undefined {
  const first = message.split('\n', 1)[0] as string;
  if (backend === 'cuda' && /shared library|provider_bridge|CUDA failure|cuda(rt|nn)|cublas/i.test(message))
    return new FailureError(
      backendAbsent(
        backend,
        `onnxruntime's library does not load: ${first}`,
        `install CUDA 12 and cuDNN 9 where the loader finds them (LD_LIBRARY_PATH); pipe doctor tries them; or ${useTheProcessor}`,
      ),
    );
  if (backend === 'webgpu' && /adapter|webgpu_context|device/i.test(message))
    return new FailureError(
      backendAbsent(
        backend,
        'there is no device with a driver for Vulkan, Metal or Direct3D 12',
        `install the card's driver (Mesa 25 has a processor's: mesa-vulkan-drivers), or ${useTheProcessor}`,
      ),
    );
  return undefined;
}

function tensorTypes(values: readonly InferenceSession.ValueMetadata[]): TensorType[] {
  return values.flatMap((value) =>
    value.isTensor ? [{ name: value.name, type: value.type, shape: value.shape }] : [],
  );
}
