import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitFaces } from '../../../src/science/datasets/faces.ts';
import { temporaryFolder } from '../image/pictures.ts';

const root = await temporaryFolder();
const shares = { validation: 0.2, test: 0.3 };

async function facesWith(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  return folder;
}
const pictures = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`faces/${String(i).padStart(3, '0')}.jpg`, '']),
  );

describe('splitFaces with lists', () => {
  it('takes them as they are', async () => {
    const folder = await facesWith('listed', {
      ...pictures(4),
      'train.txt': 'faces/003.jpg\r\n./faces/001.jpg\n\n',
      'validation.txt': 'faces/000.jpg',
      'test.txt': 'faces/002.jpg\n',
    });
    expect(await splitFaces(folder, shares, 1)).toEqual({
      train: ['faces/003.jpg', 'faces/001.jpg'],
      validation: ['faces/000.jpg'],
      test: ['faces/002.jpg'],
    });
  });

  it('draws the validation part from the training list where that has none', async () => {
    const lines = Object.keys(pictures(10));
    const folder = await facesWith('two-lists', {
      ...pictures(11),
      'train.txt': lines.join('\n'),
      'test.txt': 'faces/010.jpg',
    });
    const split = await splitFaces(folder, shares, 1);
    expect(split.validation).toHaveLength(2);
    expect([...split.train, ...split.validation].toSorted()).toEqual(lines);
    expect(split.test).toEqual(['faces/010.jpg']);
    expect(await splitFaces(folder, shares, 1)).toEqual(split);
  });

  const lists = {
    'train.txt': 'faces/000.jpg',
    'validation.txt': 'faces/001.jpg',
    'test.txt': 'faces/002.jpg',
  };
  it.each([
    [
      'no-file',
      { ...lists, 'test.txt': 'faces/002.jpg\nfaces/009.jpg' },
      'FACES_LIST_FILE',
      'test.txt:2',
      'faces/009.jpg',
    ],
    [
      'outside',
      { ...lists, 'train.txt': '../listed/faces/000.jpg' },
      'FACES_LIST_FILE',
      'train.txt:1',
      'outside',
    ],
    [
      'overlap',
      { ...lists, 'test.txt': 'faces/000.jpg' },
      'FACES_LIST_OVERLAP',
      '',
      'train.txt and test.txt',
    ],
    ['incomplete', { 'train.txt': 'faces/000.jpg' }, 'FACES_LIST_INCOMPLETE', '', 'no test.txt'],
  ])('fails on %s', async (name, files, code, place, message) => {
    const folder = await facesWith(name, { ...pictures(4), ...files });
    await expect(splitFaces(folder, shares, 1)).rejects.toMatchObject({
      failure: { code, place: join(folder, place), message: expect.stringContaining(message) as string },
    });
  });
});

describe('splitFaces without lists', () => {
  it('draws parts of the asked sizes, each face in one', async () => {
    const folder = await facesWith('drawn', pictures(50));
    const { train, validation, test } = await splitFaces(folder, shares, 5);
    expect([train.length, validation.length, test.length]).toEqual([25, 10, 15]);
    expect([...train, ...validation, ...test].toSorted()).toEqual(Object.keys(pictures(50)));
    for (const part of [train, validation, test]) expect(part).toEqual(part.toSorted());
  });

  it('depends on the seed alone', async () => {
    const folder = join(root, 'drawn');
    const first = await splitFaces(folder, shares, 5);
    expect(await splitFaces(folder, shares, 5)).toEqual(first);
    expect(await splitFaces(folder, shares, 6)).not.toEqual(first);
  });

  it('leaves no part of a share empty, and none to train on is a failure', async () => {
    const three = await splitFaces(
      await facesWith('three', pictures(3)),
      { validation: 0.01, test: 0.01 },
      1,
    );
    expect(Object.values(three).map((part: string[]) => part.length)).toEqual([1, 1, 1]);
    const two = await facesWith('two', pictures(2));
    await expect(splitFaces(two, shares, 1)).rejects.toMatchObject({
      failure: { code: 'FACES_TOO_FEW', place: two },
    });
  });
});
