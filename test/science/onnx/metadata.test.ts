import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { GraphBuilder } from '../../../src/science/onnx/graph.ts';
import { readMetadata } from '../../../src/science/onnx/metadata.ts';
import { folderOfTest } from '../../temporary-folder.ts';

const entries = { size: '64', network: 'demo', text: 'ä'.repeat(300), empty: '' };

describe('the metadata of a model', () => {
  it('are read from its file, wherever they stand in it', async () => {
    const model = modelWith(entries);
    const file = await fileOf(model);
    expect(Object.fromEntries(readMetadata(file).map(({ key, value }) => [key, value]))).toEqual(entries);
    expect(readMetadata(await fileOf(modelWith({})))).toEqual([]);
  });

  it.each([
    ['is cut off', modelWith(entries).subarray(0, -1)],
    ['is text', Buffer.from('no model at all')],
    ['is zeros', new Uint8Array(100)],
  ])('are refused of a file that %s', async (_, bytes) => {
    const file = await fileOf(bytes);
    expect(() => readMetadata(file)).toThrow(Error);
    expect(() => readMetadata(bytes)).toThrow(Error);
  });
});

function modelWith(metadata: Readonly<Record<string, string>>): Uint8Array {
  const graph = new GraphBuilder();
  graph.initializer('weight', [1000], new Float32Array(1000));
  graph.output('y', graph.node('Add', [graph.input('x', [1000]), 'weight']), [1000]);
  return graph.model('example', metadata);
}

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = join(await folderOfTest(), 'model.onnx');
  await writeFile(file, bytes);
  return file;
}
