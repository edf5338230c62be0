import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writer } from 'protobufjs/light.js';
import { describe, expect, it } from 'vitest';

import { openPointModel } from '../../../src/science/landmarks/point-model.ts';
import { openImageModel } from '../../../src/science/network/image-model.ts';
import { refuseExternalData } from '../../../src/science/onnx/external-data.ts';
import { GraphBuilder } from '../../../src/science/onnx/graph.ts';
import { openSession } from '../../../src/science/onnx/session.ts';
import { folderOfTest } from '../../temporary-folder.ts';

type Content = string | number | Uint8Array;

/** An encoded message of these fields, by the numbers of onnx.proto3. */
function message(...fields: readonly (readonly [number: number, content: Content])[]): Uint8Array {
  const writer = Writer.create();
  for (const [number, content] of fields) {
    if (typeof content === 'number') writer.uint32(number << 3).int32(content);
    else writer.uint32((number << 3) | 2).bytes(typeof content === 'string' ? Buffer.from(content) : content);
  }
  return writer.finish();
}

const location = message([1, 'location'], [2, 'net.bin']);
const outside = message([1, 4], [2, 1], [8, 'conv.weight'], [13, location], [14, 1]);
const inside = message([1, 1], [2, 1], [8, 'conv.bias'], [9, new Uint8Array(4)], [14, 0]);
const inGraph = (number: number, content: Uint8Array): Uint8Array => message([7, message([number, content])]);
const inAttribute = (number: number, content: Uint8Array): Uint8Array =>
  inGraph(1, message([4, 'If'], [5, message([1, 'value'], [number, content])]));

describe('a model whose tensors lie in another file', () => {
  it.each<[string, Uint8Array]>([
    ['a constant of the graph', inGraph(5, outside)],
    ['one of several', message([7, message([5, inside], [5, inside], [5, outside])])],
    ['the values of a sparse constant', inGraph(15, message([1, outside]))],
    ['the places of a sparse constant', inGraph(15, message([1, inside], [2, outside]))],
    ['an attribute', inAttribute(5, outside)],
    ['a list in an attribute', inAttribute(10, outside)],
    ['a sparse attribute', inAttribute(22, message([1, outside]))],
    ['a list of sparse tensors in an attribute', inAttribute(23, message([2, outside]))],
    ['a branch', inAttribute(6, message([5, outside]))],
    [
      'a branch of a branch',
      inAttribute(6, message([1, message([5, message([11, message([5, outside])])])])),
    ],
    ['a function', message([25, message([7, message([5, message([5, outside])])])])],
    ['the default of an attribute of a function', message([25, message([11, message([5, outside])])])],
    ['the start of a training', message([20, message([1, message([5, outside])])])],
    ['a step of a training', message([20, message([2, message([5, outside])])])],
    [
      'a second graph, which protobuf joins to the first',
      message([7, message([5, inside])], [7, message([5, outside])]),
    ],
  ])('is refused by name, as a file and as bytes: %s', async (_, model) => {
    const file = await fileOf(model);
    const failure = {
      code: 'MODEL_EXTERNAL_DATA',
      message: expect.stringContaining('the tensor "conv.weight" in another file, "net.bin"') as string,
      remedy: expect.stringContaining('onnx.save(onnx.load(') as string,
    };
    await expect(openSession(model, { cpus: 1 })).rejects.toMatchObject({ failure });
    await expect(openSession(file, { cpus: 1 })).rejects.toMatchObject({
      failure: { ...failure, place: file },
    });
  });

  it('is refused however its field is written, and where it names no file', () => {
    for (const tensor of [
      message([14, 1], [8, 'conv.weight']), // no file
      message([14, 1], [14, 0], [8, 'conv.weight']), // the last counts for protobuf; either is refused
      Uint8Array.of(14 << 3, 0x81, 0x80, 0x00), // a 1 in three bytes
      Uint8Array.of(14 << 3, 0x81, 0x80, 0x80, 0x80, 0x10), // 2^32 + 1, cut to 32 bits
    ])
      expect(() => refuseExternalData(inGraph(5, tensor))).toThrow('MODEL_EXTERNAL_DATA');
  });

  it('is refused as the model of features and as that of landmarks', async () => {
    const file = await fileOf(addingOutside());
    await writeFile(join(file, '../net.bin'), new Uint8Array(16));
    for (const open of [openImageModel, openPointModel])
      await expect(open(file, { cpus: 1 })).rejects.toThrow('MODEL_EXTERNAL_DATA');
  });
});

describe('a model of one file', () => {
  it('is opened, also where it says of its tensors that they lie within', async () => {
    expect(() => refuseExternalData(inGraph(5, inside))).not.toThrow();
    const graph = new GraphBuilder();
    graph.output(
      'y',
      graph.node('Add', [graph.input('x', [1]), graph.initializer('w', [1], Float32Array.of(1))]),
      [1],
    );
    const session = await openSession(await fileOf(graph.model('one')), { cpus: 1 });
    await session.close();
  });

  it('is not searched without end', () => {
    let nested = message([5, outside]);
    for (let depth = 0; depth < 200; depth++) nested = message([1, message([5, message([6, nested])])]);
    expect(() => refuseExternalData(message([7, nested]))).toThrow('nested more than 100 deep');
  });
});

/** y = x + w, where w is named in net.bin. */
function addingOutside(): Uint8Array {
  const shape = message(
    [1, message([1, 1])],
    [1, message([1, 3])],
    [1, message([1, 2])],
    [1, message([1, 2])],
  );
  const value = (name: string): Uint8Array =>
    message([1, name], [2, message([1, message([1, 1], [2, shape])])]);
  const node = message([1, 'x'], [1, 'conv.weight'], [2, 'y'], [4, 'Add']);
  const graph = message([1, node], [2, 'add'], [5, outside], [11, value('x')], [12, value('y')]);
  return message([1, 8], [7, graph], [8, message([2, 17])]);
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = join(await folderOfTest(), 'model.onnx');
  await writeFile(file, bytes);
  return file;
}
