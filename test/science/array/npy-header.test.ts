import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNpy, readNpy } from '../../../src/science/array/npy.ts';
import { readInPieces, writeInPieces } from '../../../src/science/array/pieces.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const numbers = Float32Array.of(1, 2, 3, 4, 5, 6);

/** A file with that header, padded as NumPy pads it, and six numbers behind it. */
async function fileWith(text: string, version = 1): Promise<string> {
  const start = version === 1 ? 10 : 12;
  const padded = Buffer.from(`${text.padEnd(127 - start)}\n`, version === 3 ? 'utf8' : 'latin1');
  const head = Buffer.alloc(start);
  head.write('\x93NUMPY', 'latin1');
  head.writeUInt8(version, 6);
  if (version === 1) head.writeUInt16LE(padded.length, 8);
  else head.writeUInt32LE(padded.length, 8);
  const file = join(folder, 'made.npy');
  await writeFile(file, Buffer.concat([head, padded, new Uint8Array(numbers.buffer)]));
  return file;
}

const withShape = (shape: string): string => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;

describe('the header of a .npy file', () => {
  it.each([
    ['as NumPy writes it', withShape('(2, 3)'), [2, 3]],
    ['with the long integers of Python 2', withShape('(2L, 3L)'), [2, 3]],
    ['with one long integer', withShape('(6L,)'), [6]],
    ['without blanks and the last comma', "{'descr':'<f4','fortran_order':False,'shape':(2,3)}", [2, 3]],
    ['in another order and other quotes', `{"shape": (6,), "fortran_order": False, "descr": "<f4"}`, [6]],
    ['of an empty array', withShape('(0, 3)'), [0, 3]],
  ])('is understood %s', async (_, text, shape) => {
    const array = await readNpy(await fileWith(text), '<f4');
    expect(array.shape).toEqual(shape);
    expect(array.data).toEqual(shape[0] === 0 ? new Float32Array() : numbers);
  });

  it.each([2, 3])('is understood in version %i.0', async (version) => {
    expect((await readNpy(await fileWith(withShape('(2, 3)'), version), '<f4')).data).toEqual(numbers);
  });

  it.each([
    ['a negative axis', withShape('(-2, 3)'), 'NPY_HEADER has the header'],
    ['a broken number', withShape('(2.5, 3)'), 'its shape is (2.5, 3)'],
    ['a word as an axis', withShape('(NaN,)'), 'its shape is (NaN,)'],
    ['a number in place of a tuple', withShape('(6)'), 'its shape is (6), expected such as (2, 3) or (2,)'],
    ['axes without a comma', withShape('(2 3)'), 'its shape is (2 3)'],
    ['an empty axis', withShape('(2,,3)'), 'its shape is (2,,3)'],
    ['a list of axes', withShape('[2, 3]'), 'its shape is [2, 3]'],
    [
      'axes that multiply beyond any file',
      withShape('(1000000000000, 1000000)'),
      'more than any file can hold',
    ],
    ['axes beyond any number, one of them zero', withShape(`(0, 1${'0'.repeat(40)})`), 'more than any file'],
    [
      'more rows than the file has',
      withShape('(1000000000000,)'),
      'NPY_TRUNCATED has 152 bytes where its shape',
    ],
    ['no axis', withShape('()'), 'NPY_SHAPE has the shape (), expected at least 1 axis'],
    ['columns first', withShape('(2, 3)').replace('False', 'True'), 'fortran_order True, expected False'],
    ['another byte order', withShape('(6,)').replace('<f4', '>f4'), 'NPY_TYPE holds numbers of type >f4'],
    ['an odd type', withShape('(6,)').replace('<f4', '=f4'), 'NPY_TYPE holds numbers of type =f4'],
    [
      'records',
      `{'descr': [('a', '<f4'), ('b', '<f4', (2,))], 'fortran_order': False, 'shape': (2,), }`,
      `NPY_TYPE holds numbers of type [('a', '<f4'), ('b', '<f4', (2,))]`,
    ],
    ['no type', `{'fortran_order': False, 'shape': (6,), }`, 'descr, fortran_order and shape are expected'],
    ['text after it', `${withShape('(6,)')} and more`, 'a Python dictionary is expected'],
    ['no end', withShape('(6,)').slice(0, -1), 'a Python dictionary is expected'],
    ['code', '__import__("os").system("true")', 'a Python dictionary is expected'],
  ])('with %s is refused with the file and what was found', async (_, text, message) => {
    const file = await fileWith(text);
    await expect(readNpy(file, '<f4')).rejects.toMatchObject({
      failure: { place: file, code: expect.stringMatching(/^NPY_/) as string },
    });
    await expect(readNpy(file, '<f4')).rejects.toThrow(message);
  });

  it('of another version, cut short or of absurd length is refused', async () => {
    await expect(readNpy(await fileWith(withShape('(6,)'), 4), '<f4')).rejects.toThrow(
      'NPY_HEADER is of version 4.0 of .npy, expected 1.0, 2.0 or 3.0',
    );
    for (const length of [0, 3, 8, 9])
      await expect(readNpy(await cut(withShape('(6,)'), length), '<f4')).rejects.toThrow(
        'NPY_HEADER is not a NumPy array',
      );
    for (const length of [10, 11, 60, 127])
      await expect(readNpy(await cut(withShape('(6,)'), length), '<f4')).rejects.toThrow(
        'NPY_HEADER ends within its header of 118 bytes',
      );
    const file = await fileWith(withShape('(6,)'), 2);
    const handle = await open(file, 'r+');
    await handle.write(Uint8Array.of(255, 255, 255, 255), 0, 4, 8);
    await handle.close();
    await expect(readNpy(file, '<f4')).rejects.toThrow('NPY_HEADER has a header of 4294967295 bytes');
  });
});

async function cut(text: string, length: number): Promise<string> {
  const file = await fileWith(text);
  await truncate(file, length);
  return file;
}

describe('arrays beyond 2 GiB', () => {
  it('are read by row from places beyond 2^31 and 2^32 bytes', async () => {
    const file = await fileWith(withShape('(1200000000,)'));
    await truncate(file, 128 + 4 * 1_200_000_000);
    const handle = await open(file, 'r+');
    for (const row of [600_000_000, 1_199_999_999])
      await handle.write(new Uint8Array(Float32Array.of(row).buffer), 0, 4, 128 + 4 * row);
    await handle.close();
    const reader = await openNpy(file, '<f4');
    expect(await reader.rows(599_999_999, 2)).toEqual(Float32Array.of(0, 600_000_000));
    expect(await reader.rows(1_199_999_999, 1)).toEqual(Float32Array.of(1_199_999_999));
    await expect(reader.rows(1_199_999_999, 2)).rejects.toThrow('has no row 1200000000');
    await reader.close();
    await truncate(file, 0);
  });

  it('are read and written in calls that Node can take, each as far as the one before it went', async () => {
    // Room that is asked for and never touched: no memory is taken.
    const bytes = new Uint8Array(2 ** 31 + 10);
    const asked: number[][] = [];
    const take = (offset: number, length: number, position: number): number => {
      asked.push([offset, length, position]);
      return offset === 2 ** 30 ? 5 : length;
    };
    const read = await readInPieces(
      {
        read: (_: unknown, offset: number, length: number, position: number) =>
          Promise.resolve({ bytesRead: take(offset, length, position), buffer: bytes }),
      } as unknown as Parameters<typeof readInPieces>[0],
      bytes,
      128,
    );
    expect(read).toBe(bytes.length);
    await writeInPieces(
      {
        write: (_: unknown, offset: number, length: number, position: number) =>
          Promise.resolve({ bytesWritten: take(offset, length, position), buffer: bytes }),
      } as unknown as Parameters<typeof writeInPieces>[0],
      bytes,
      128,
    );
    const once = [
      [0, 2 ** 30, 128],
      [2 ** 30, 2 ** 30, 2 ** 30 + 128],
      [2 ** 30 + 5, 2 ** 30, 2 ** 30 + 133],
      [2 ** 31 + 5, 5, 2 ** 31 + 133],
    ];
    expect(asked).toEqual([...once, ...once]);
  });
});
