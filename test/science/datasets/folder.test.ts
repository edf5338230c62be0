import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listFolders, listImages } from '../../../src/science/datasets/folder.ts';
import { temporaryFolder, writeEmptyFiles } from '../../temporary-folder.ts';

const root = await temporaryFolder();

const folderWith = (name: string, files: readonly string[]): Promise<string> =>
  writeEmptyFiles(join(root, name), files);

describe('listImages', () => {
  it('finds pictures at every depth by their extension, in code-point order', async () => {
    const files = [
      'b.jpg',
      'B.JPEG',
      'a/z.PNG',
      'a/y/x.tif',
      'a.TIFF',
      'ä.webp',
      'c d.HEIC',
      'e\nf.avif',
      '写真.jpg',
    ];
    const folder = await folderWith('all', [
      ...files,
      'notes.txt',
      'a/list.json',
      'jpg',
      'x.jpg.bak',
      'g.gif',
    ]);
    expect(await listImages(folder)).toEqual([
      'B.JPEG',
      'a.TIFF',
      'a/y/x.tif',
      'a/z.PNG',
      'b.jpg',
      'c d.HEIC',
      'e\nf.avif',
      'ä.webp',
      '写真.jpg',
    ]);
  });

  it('passes over what archives and systems leave behind', async () => {
    const folder = await folderWith('leftovers', [
      'a.jpg',
      '._a.jpg',
      '__MACOSX/a.jpg',
      '.cache/b.jpg',
      'c/.d/e.jpg',
    ]);
    expect(await listImages(folder)).toEqual(['a.jpg']);
  });

  it('follows links, but not in a ring, and lists those that lead nowhere', async () => {
    const folder = await folderWith('links', ['in/a.jpg']);
    const elsewhere = await folderWith('elsewhere', ['b.jpg']);
    await symlink(folder, join(folder, 'in', 'ring'));
    await symlink(elsewhere, join(folder, 'linked'));
    await symlink(join(root, 'nowhere'), join(folder, 'dangling.jpg'));
    expect(await listImages(folder)).toEqual(['dangling.jpg', 'in/a.jpg', 'linked/b.jpg']);
  });

  it('fails on a folder that is not there, and on a file', async () => {
    const missing = join(root, 'missing');
    await expect(listImages(missing)).rejects.toMatchObject({
      failure: {
        code: 'FOLDER_MISSING',
        place: missing,
        message: 'is not there; expected a folder of pictures',
      },
    });
    await writeFile(join(root, 'file'), '');
    await expect(listImages(join(root, 'file'))).rejects.toMatchObject({
      failure: { code: 'FOLDER_MISSING', message: 'is no folder; expected a folder of pictures' },
    });
  });

  it('fails on a folder without pictures, and says what would be one', async () => {
    const folder = await folderWith('empty', ['readme.txt']);
    await expect(listImages(folder)).rejects.toMatchObject({
      failure: {
        code: 'FOLDER_EMPTY',
        place: folder,
        message: expect.stringContaining('.jpg .jpeg .png') as string,
      },
    });
  });
});

describe('listFolders', () => {
  it('names the folders in code-point order, without leftovers', async () => {
    const folder = await folderWith('parent', ['b/x', 'B/x', '__MACOSX/x', '.git/x', 'file.jpg']);
    await symlink(join(folder, 'b'), join(folder, 'c'));
    expect(await listFolders(folder)).toEqual(['B', 'b', 'c']);
  });
});
