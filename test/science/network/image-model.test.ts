import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openImageModel, type ImageModelOptions } from '../../../src/science/network/image-model.ts';
import { GraphBuilder, type Axis } from '../../../src/science/onnx/graph.ts';
import type { ElementType } from '../../../src/science/onnx/messages.ts';
import { folderOfTest } from '../../temporary-folder.ts';

const pixels = Uint8Array.of(0, 51, 255, 102, 0, 0, 0, 0, 0, 0, 0, 153); // two by two, RGB

describe('an image model', () => {
  it('takes 8-bit pixels to [-1, 1], channels first', async () => {
    const model = await open(identity(['N', 3, 2, 2]));
    expect(model.size).toBe(2);
    const result = await model.run(pixels, 'planes');
    const expected = [0, 102, 0, 0, 51, 0, 0, 0, 255, 0, 0, 153].map((value) =>
      Math.fround(value / 127.5 - 1),
    );
    expect([...result].map(rounded)).toEqual(expected.map(rounded));
  });

  it('follows the normalisation that its metadata name', async () => {
    const normalization = JSON.stringify({ mean: [0, 0.2, 1], deviation: [1, 0.5, 2] });
    const model = await open(identity(['N', 3, 2, 2], { normalization }));
    const result = await model.run(pixels, 'planes');
    expect([0, 4, 8].map((place) => rounded(result[place] as number))).toEqual([0, 0, 0]);
    expect(rounded(result[1] as number)).toBe(0.4);
    expect(rounded(result[11] as number)).toBe(-0.2);
  });

  it('takes the size of its images from outside where it leaves it open', async () => {
    const model = await open(identity(['N', 3, 'H', 'W']), { cpus: 1, size: 2 });
    expect(model.size).toBe(2);
    expect(await model.run(pixels, 'planes')).toHaveLength(12);
  });

  it('is read from a file', async () => {
    const folder = await folderOfTest();
    const file = join(folder, 'model.onnx');
    await writeFile(file, identity(['N', 3, 2, 2]));
    const model = await openImageModel(file, { cpus: 1 });
    onTestFinished(() => model.close());
    expect(model.outputs).toEqual(['planes']);
    await expect(openImageModel(join(folder, 'none.onnx'), { cpus: 1 })).rejects.toMatchObject({
      failure: { code: 'MODEL_UNREADABLE', place: join(folder, 'none.onnx') },
    });
  });

  it.each<[string, string, Uint8Array, ImageModelOptions]>([
    ['bytes that are no model', 'MODEL_UNREADABLE', Buffer.from('no model at all'), { cpus: 1 }],
    ['an open size and none given', 'MODEL_SIZE', identity(['N', 3, 'H', 'W']), { cpus: 1 }],
    ["a size that is not the model's", 'MODEL_SIZE', identity(['N', 3, 2, 2]), { cpus: 1, size: 4 }],
    ['an image that is not square', 'MODEL_INPUT', identity(['N', 3, 2, 4]), { cpus: 1 }],
    ['one channel', 'MODEL_INPUT', identity(['N', 1, 2, 2]), { cpus: 1 }],
    ['no image', 'MODEL_INPUT', identity(['N', 3]), { cpus: 1 }],
    ['integers', 'MODEL_INPUT', identity(['N', 3, 2, 2], {}, 'int64'), { cpus: 1 }],
    [
      'a broken normalisation',
      'MODEL_METADATA',
      identity(['N', 3, 2, 2], { normalization: '{"mean":[0]}' }),
      { cpus: 1 },
    ],
    [
      'a normalisation by zero',
      'MODEL_METADATA',
      identity(['N', 3, 2, 2], { normalization: '{"mean":[0,0,0],"deviation":[1,0,1]}' }),
      { cpus: 1 },
    ],
  ])('is refused with a reason: %s', async (_, code, bytes, options) => {
    await expect(openImageModel(bytes, options)).rejects.toMatchObject({ failure: { code } });
  });

  it('says which outputs it has when asked for another', async () => {
    const model = await open(identity(['N', 3, 2, 2]));
    await expect(model.run(pixels, 'features')).rejects.toMatchObject({
      failure: { code: 'MODEL_OUTPUT', message: 'has no float32 output features, only planes (float32)' },
    });
  });
});

async function open(bytes: Uint8Array, options: ImageModelOptions = { cpus: 1 }) {
  const model = await openImageModel(bytes, options);
  onTestFinished(() => model.close());
  return model;
}

function identity(
  shape: readonly Axis[],
  metadata: Record<string, string> = {},
  type: ElementType = 'float32',
): Uint8Array {
  const graph = new GraphBuilder();
  graph.output('planes', graph.input('x', shape, type), shape, type);
  return graph.model('identity', metadata);
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;
