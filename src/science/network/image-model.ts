/**
 * Any ONNX model that takes images, ready for 8-bit RGB: its first input is (N, 3, S, S) float32. How pixels become
 * numbers is in the model's metadata under `normalization` as `{ "mean": [r, g, b], "deviation": [r, g, b] }` of
 * values in [0, 1]; without it they go to [-1, 1].
 */
import { FailureError } from '../../failure.ts';
import type { Backend } from '../onnx/backend.ts';
import type { EntryMessage } from '../onnx/messages.ts';
import { readMetadata } from '../onnx/metadata.ts';
import { floatTensor, openSession, type TensorType } from '../onnx/session.ts';
import { planeWriter, symmetric, type Normalization } from './pixels.ts';

export interface ImageModelOptions {
  readonly cpus: number;
  /** `cpu` where absent. */
  readonly backend?: Backend | undefined;
  /** Side of the images, px, where the model leaves it open. */
  readonly size?: number;
}

export interface ImageModel {
  /** Side of the images it takes, px. */
  readonly size: number;
  readonly outputs: readonly string[];
  /** `images` (N, S, S, 3); gives the named output's numbers (N, F), its axes behind the first as one. Throws MODEL_OUTPUT. */
  run(images: Uint8Array, output: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** `model` is a file or its bytes. Throws MODEL_UNREADABLE, MODEL_INPUT, MODEL_SIZE, MODEL_METADATA, MODEL_EXTERNAL_DATA, BACKEND_ABSENT. Close it. */
export async function openImageModel(
  model: string | Uint8Array,
  options: ImageModelOptions,
): Promise<ImageModel> {
  const place = typeof model === 'string' ? model : 'model';
  const normalization = normalizationIn(metadataOf(model, place), place);
  const { cpus, backend } = options;
  const session = await openSession(model, { cpus, backend, place }).catch(unreadable(place));
  try {
    const input = session.inputs[0];
    const size = imageSize(input, options.size, place);
    const write = planeWriter(size, normalization);
    return {
      size,
      outputs: session.outputs.map(({ name }) => name),
      async run(images, output) {
        const planes = new Float32Array(images.length);
        write(images, planes);
        const count = images.length / (3 * size * size);
        if (!session.outputs.some(({ name, type }) => name === output && type === 'float32'))
          throw noOutput(output, session.outputs, place);
        const results = await session.run(
          { [input?.name as string]: floatTensor(planes, [count, 3, size, size]) },
          { [output]: null },
        );
        return results[output]?.data as Float32Array;
      },
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

function imageSize(input: TensorType | undefined, wanted: number | undefined, place: string): number {
  const [, channels, height, width] = input?.shape ?? [];
  const isImage = input?.shape.length === 4 && (channels === 3 || typeof channels === 'string');
  if (!isImage || input.type !== 'float32' || (typeof height === 'number' && height !== width))
    throw new FailureError({
      code: 'MODEL_INPUT',
      message: `takes ${input?.name} ${input?.type} [${input?.shape.join(', ')}], expected float32 [N, 3, S, S]`,
      place,
      remedy: 'export the model with square RGB images, channels first, as its first input',
    });
  if (typeof height === 'number' && wanted !== undefined && wanted !== height)
    throw new FailureError({
      code: 'MODEL_SIZE',
      message: `takes images of ${height} px, asked for ${wanted} px`,
      place,
      remedy: 'leave the size out: it is read from the model',
    });
  const size = typeof height === 'number' ? height : wanted;
  if (size === undefined)
    throw new FailureError({
      code: 'MODEL_SIZE',
      message: 'leaves the size of its images open',
      place,
      remedy: 'give the size in px as the parameter `size`',
    });
  return size;
}

function noOutput(output: string, outputs: readonly TensorType[], place: string): FailureError {
  return new FailureError({
    code: 'MODEL_OUTPUT',
    message: `has no float32 output ${output}, only ${outputs.map(({ name, type }) => `${name} (${type})`).join(', ')}`,
    place,
    remedy: 'name one of its outputs as the parameter `output`',
  });
}

function normalizationIn(metadata: readonly EntryMessage[], place: string): Normalization {
  const text = metadata.find(({ key }) => key === 'normalization')?.value;
  if (text === undefined) return symmetric;
  try {
    const { mean, deviation } = JSON.parse(text) as Partial<Normalization>;
    const valid = [mean, deviation].every((values) => values?.length === 3 && values.every(Number.isFinite));
    if (valid && deviation?.every((value) => value > 0)) return { mean, deviation } as Normalization;
  } catch {
    // Told below.
  }
  throw new FailureError({
    code: 'MODEL_METADATA',
    message: `normalization is ${text}, expected {"mean": [r, g, b], "deviation": [r, g, b]}`,
    place,
  });
}

function metadataOf(model: string | Uint8Array, place: string): readonly EntryMessage[] {
  try {
    return readMetadata(model);
  } catch (error) {
    return unreadable(place)(error);
  }
}

function unreadable(place: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof FailureError) throw error;
    throw new FailureError({
      code: 'MODEL_UNREADABLE',
      message: `is no ONNX model that onnxruntime can read: ${(error as Error).message}`,
      place,
    });
  };
}
