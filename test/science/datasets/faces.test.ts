import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { splitFaces } from '../../../src/science/datasets/faces.ts';
import { temporaryFolder, writeTree } from '../../temporary-folder.ts';

const root = await temporaryFolder();
const shares = { validation: 0.2, test: 0.3 };

const facesWith = (name: string, files: Readonly<Record<string, string>>): Promise<string> =>
  writeTree(join(root, name), files);
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

describe('splitFaces of CelebA-HQ as it is handed out', () => {
  it('takes lists of celeba_hq_256 that name the folder again, or where it lies elsewhere', async () => {
    const folder = await facesWith('celeba_hq_256', {
      '00000.jpg': '',
      '00001.jpg': '',
      '00017.jpg': '',
      'train.txt': '\ufeffceleba_hq_256/00000.jpg\n/home/somebody/data/celeba_hq_256/00001.jpg',
      'test.txt': '17.png',
    });
    expect(await splitFaces(folder, { validation: 0, test: 0 }, 1)).toEqual({
      train: ['00000.jpg', '00001.jpg'],
      validation: [],
      test: ['00017.jpg'],
    });
  });

  it('takes the photographs of CelebAMask-HQ and leaves its masks', async () => {
    const folder = await facesWith('CelebAMask-HQ', {
      'CelebA-HQ-img/0.jpg': '',
      'CelebA-HQ-img/1.jpg': '',
      'CelebA-HQ-img/10.jpg': '',
      'CelebAMask-HQ-mask-anno/0/00000_hair.png': '',
      'CelebA-HQ-to-CelebA-mapping.txt': 'idx orig_idx orig_file',
      'train.txt': 'celeba_hq_256/00010.jpg\nceleba_hq_256/00000.jpg',
      'test.txt': 'celeba_hq_256/00001.jpg',
    });
    expect(await splitFaces(folder, { validation: 0, test: 0 }, 1)).toMatchObject({
      train: ['CelebA-HQ-img/10.jpg', 'CelebA-HQ-img/0.jpg'],
      test: ['CelebA-HQ-img/1.jpg'],
    });
  });

  it('takes the folders train and val, and those of test where there are all three', async () => {
    const two = { 'train/female/0.jpg': '', 'train/male/1.jpg': '', 'val/female/2.jpg': '' };
    expect(await splitFaces(await facesWith('stargan', two), { validation: 0.5, test: 0 }, 1)).toMatchObject({
      test: ['val/female/2.jpg'],
      validation: [expect.stringContaining('train/')],
      train: [expect.stringContaining('train/')],
    });
    expect(
      await splitFaces(await facesWith('three-folders', { ...two, 'test/3.jpg': '' }), shares, 1),
    ).toEqual({
      train: ['train/female/0.jpg', 'train/male/1.jpg'],
      validation: ['val/female/2.jpg'],
      test: ['test/3.jpg'],
    });
  });

  it('draws as many as asked for where the parts are numbers', async () => {
    const folder = await facesWith('numbers', pictures(30));
    const { train, validation, test } = await splitFaces(folder, { validation: 2, test: 5 }, 1);
    expect([train.length, validation.length, test.length]).toEqual([23, 2, 5]);
  });

  it('finds a listed name in another form of Unicode, but not one of two that look alike', async () => {
    const [composed, decomposed] = ['Zo\u00eb.jpg', 'Zoe\u0308.jpg'];
    const none = { validation: 0, test: 0 };
    const files = { [decomposed]: '', '1.jpg': '', 'train.txt': composed, 'test.txt': '1.jpg' };
    const macos = await splitFaces(await facesWith('macos', files), none, 1);
    expect(macos.train).toEqual([decomposed]);
    const twins = await splitFaces(await facesWith('twins', { ...files, [composed]: '' }), none, 1);
    expect(twins.train).toEqual([composed]);
    const apart = await facesWith('twins-apart', {
      [`a/${composed}`]: '',
      [`b/${decomposed}`]: '',
      'train.txt': `c/${composed}`,
      'test.txt': `b/${decomposed}`,
    });
    await expect(splitFaces(apart, none, 1)).rejects.toMatchObject({
      failure: { code: 'FACES_LIST_FILE', place: join(apart, 'train.txt:1') },
    });
  });

  it('does not wait for a pipe in the place of a list', async () => {
    const folder = await facesWith('list-is-pipe', { '0.jpg': '', 'test.txt': '0.jpg' });
    await promisify(execFile)('mkfifo', [join(folder, 'train.txt')]);
    await expect(splitFaces(folder, shares, 1)).rejects.toMatchObject({
      failure: { code: 'FACES_TOO_FEW', place: folder },
    });
  });

  it('says which list cannot be read', async () => {
    const folder = await facesWith('list-is-folder', { '0.jpg': '', 'train.txt/a': '', 'test.txt': '0.jpg' });
    await expect(splitFaces(folder, shares, 1)).rejects.toMatchObject({
      failure: { code: 'FACES_LIST_UNREADABLE', place: join(folder, 'train.txt') },
    });
  });

  it('does not guess between two files of one name', async () => {
    const folder = await facesWith('two-of-a-name', {
      'a/0.jpg': '',
      'b/00.jpg': '',
      'train.txt': 'a/0.jpg',
      'test.txt': '000.jpg',
    });
    await expect(splitFaces(folder, shares, 1)).rejects.toMatchObject({
      failure: { code: 'FACES_LIST_FILE' },
    });
  });

  it('takes the real faces of a tree of CNNDetection’s layout', async () => {
    const folder = await facesWith('cnn-real', {
      'progan/face/0_real/0.png': '',
      'progan/face/0_real/1.png': '',
      'progan/face/1_fake/0.png': '',
    });
    const { train, test } = await splitFaces(folder, { validation: 0, test: 0.5 }, 1);
    expect([...train, ...test].toSorted()).toEqual(['progan/face/0_real/0.png', 'progan/face/0_real/1.png']);
  });
});
