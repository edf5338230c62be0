import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadTfjs } from '../../../src/science/tfjs/library.ts';
import { setUpTensorFlow } from '../../../src/science/tfjs/set-up-tensorflow.ts';
import { needs } from '../../needs.ts';
import { folderOfTest, writeTree } from '../../temporary-folder.ts';

const { signal } = new AbortController();
const name = 'node_modules/@tensorflow/tfjs-node';

async function folderWith(files: Record<string, string>): Promise<string> {
  return join(await writeTree(await folderOfTest(), files), 'package.json');
}

describe('tfjs', () => {
  it('where it is not installed is told with the commands that get it', async () => {
    const from = await folderWith({});
    expect(() => loadTfjs(from)).toThrow(
      /BACKEND_ABSENT .*not installed.*npm install .*pipe setup tensorflow/,
    );
  });

  it('that does not load is told with its own reason', async () => {
    const from = await folderWith({ [`${name}/index.js`]: "throw new Error('no libtensorflow');" });
    expect(() => loadTfjs(from)).toThrow(/BACKEND_ABSENT .*tfjs-node does not load: no libtensorflow/);
  });

  it('finds what Node 23 took away', async () => {
    const from = await folderWith({
      [`${name}/index.js`]: "exports.answer = require('util').isNullOrUndefined(undefined);",
    });
    expect(loadTfjs(from)).toMatchObject({ answer: true });
  });
});

describe('pipe setup tensorflow', () => {
  beforeEach((context) => needs(context, 'Linux'));

  it('says what lacks and what gets it, where the package is not there', async () => {
    const from = await folderWith({});
    await expect(setUpTensorFlow({ signal, from })).rejects.toThrow(
      /SETUP_LACKS .*not installed .*npm install/,
    );
  });

  it('says what lacks and what gets it, where TensorFlow is not there', async () => {
    const from = await folderWith({ [`${name}/package.json`]: '{}' });
    const tensorflow = join(from, '../tensorflow');
    await expect(setUpTensorFlow({ signal, from, tensorflow })).rejects.toThrow(
      /SETUP_LACKS .*libtensorflow_cc\.so\.2 is not there .*pip install tensorflow-cpu/,
    );
  });
});
