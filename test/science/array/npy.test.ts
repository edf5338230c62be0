import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createNpy, openNpy, readNpy, writeNpy } from '../../../src/science/array/npy.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();

describe('.npy files', () => {
  it('reads an array that NumPy wrote', async () => {
    const file = join(import.meta.dirname, '../../fixtures/array/numpy.npy');
    expect(await readNpy(file, '<f4')).toEqual({
      type: '<f4',
      shape: [2, 3],
      data: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5),
    });
  });

  it('writes the very header that NumPy writes, so that np.load takes it', async () => {
    const file = join(folder, 'same.npy');
    await writeNpy(file, { type: '<f4', shape: [2, 3], data: Float32Array.of(0, 0.5, 1, 1.5, 2, 2.5) });
    expect(await readFile(file)).toEqual(
      await readFile(join(import.meta.dirname, '../../fixtures/array/numpy.npy')),
    );
  });

  it('counts the rows that were appended and reads any of them by position', async () => {
    const file = join(folder, 'rows.npy');
    const writer = await createNpy(file, '|u1', [2, 2]);
    await writer.append(Uint8Array.of(1, 2, 3, 4));
    await writer.append(Uint8Array.of(5, 6, 7, 8, 9, 10, 11, 12));
    await writer.close();
    const reader = await openNpy(file, '|u1');
    expect(reader.shape).toEqual([3, 2, 2]);
    expect(await reader.rows(1, 2)).toEqual(Uint8Array.of(5, 6, 7, 8, 9, 10, 11, 12));
    await reader.close();
  });

  it('reads rows behind several axes, which then count as one', async () => {
    const file = join(folder, 'nested.npy');
    await writeNpy(file, { type: '|u1', shape: [2, 2, 2], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    const reader = await openNpy(file, '|u1', 2);
    expect(await reader.rows(3, 1)).toEqual(Uint8Array.of(7, 8));
    await reader.close();
  });

  it('keeps one-dimensional and empty arrays', async () => {
    const file = join(folder, 'flat.npy');
    await writeNpy(file, { type: '<f8', shape: [3], data: Float64Array.of(1, -2, Infinity) });
    expect(await readNpy(file, '<f8')).toEqual({
      type: '<f8',
      shape: [3],
      data: Float64Array.of(1, -2, Infinity),
    });
    const empty = join(folder, 'empty.npy');
    await (await createNpy(empty, '<f4', [5])).close();
    expect((await readNpy(empty, '<f4')).shape).toEqual([0, 5]);
  });

  it('fails where a part only could be written, rather than leave an array cut short', async () => {
    const module = join(import.meta.dirname, '../../../src/science/array/npy.ts');
    const script = `
      const { writeNpy } = await import(process.argv[1]);
      await writeNpy(process.argv[2], { type: '<f4', shape: [9999], data: new Float32Array(9999) });`;
    const limited = promisify(execFile)('sh', [
      '-c',
      'ulimit -f 8; exec "$@"',
      'sh',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
      module,
      join(folder, 'part.npy'),
    ]);
    await expect(limited).rejects.toThrow('EFBIG');
  });

  it('refuses another type of number, a file that ends early and a file of another format', async () => {
    const file = join(folder, 'doubles.npy');
    await writeNpy(file, { type: '<f8', shape: [2], data: Float64Array.of(1, 2) });
    await expect(readNpy(file, '<f4')).rejects.toThrow('NPY_TYPE holds numbers of type <f8, expected <f4');
    await writeFile(join(folder, 'cut.npy'), (await readFile(file)).subarray(0, 135));
    await expect(readNpy(join(folder, 'cut.npy'), '<f8')).rejects.toThrow('NPY_TRUNCATED');
    await writeFile(join(folder, 'text.npy'), 'not an array at all');
    await expect(readNpy(join(folder, 'text.npy'), '<f8')).rejects.toThrow('NPY_HEADER');
  });
});
