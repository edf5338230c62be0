/**
 * The weights of the face networks as they lie in the npm package `@vladmandic/face-api`: a JSON manifest and one
 * binary in the layout of TensorFlow.js, most tensors quantised to bytes (value = byte * scale + min).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import facePackage from '@vladmandic/face-api/package.json' with { type: 'json' };
import { FailureError } from '../../failure.ts';

/** Names the origin of the weights: `@vladmandic/face-api@1.7.15`. */
export const weightsSource = `${facePackage.name}@${facePackage.version}`;

/** `data` in C order; convolutions are (height, width, in, out) as TensorFlow has them. */
export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface Weights {
  /** The tensor of that name; fails with FACE_WEIGHTS_MISSING. */
  get(name: string): Weight;
}

/** Reads and dequantises one model of the package. Fails with FACE_WEIGHTS_MISSING when the package is not whole. */
export async function readWeights(model: string): Promise<Weights> {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
    'model',
  );
  const manifestFile = join(folder, `${model}_model-weights_manifest.json`);
  const groups = JSON.parse(String(await readPart(manifestFile))) as readonly WeightGroup[];
  const weights = new Map<string, Weight>();
  for (const group of groups) {
    const parts = await Promise.all(group.paths.map((path) => readPart(join(folder, path))));
    readGroup(group, Buffer.concat(parts), weights);
  }
  return {
    get(name) {
      const weight = weights.get(name);
      if (weight === undefined) throw missing(manifestFile, `has no tensor ${name}`);
      return weight;
    },
  };
}

interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: 'float32' | 'int32';
    readonly quantization?: { readonly dtype: 'uint8'; readonly scale: number; readonly min: number };
  }[];
}

/** The tensors of a group follow each other without gaps. */
function readGroup(group: WeightGroup, bytes: Buffer, weights: Map<string, Weight>): void {
  let offset = 0;
  for (const { name, shape, quantization } of group.weights) {
    const length = shape.reduce((all, axis) => all * axis, 1);
    const size = length * (quantization === undefined ? 4 : 1);
    if (offset + size > bytes.length) throw missing(group.paths.join(', '), `ends within ${name}`);
    const data = new Float32Array(length);
    for (let i = 0; i < length; i++)
      data[i] =
        quantization === undefined
          ? bytes.readFloatLE(offset + 4 * i)
          : (bytes[offset + i] as number) * quantization.scale + quantization.min;
    weights.set(name, { shape, data });
    offset += size;
  }
}

async function readPart(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    throw missing(file, 'cannot be read');
  }
}

const missing = (place: string, message: string): FailureError =>
  new FailureError({
    code: 'FACE_WEIGHTS_MISSING',
    message,
    place,
    remedy: 'the package @vladmandic/face-api is not whole: install it again with npm ci',
  });
