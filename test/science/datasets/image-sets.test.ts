import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { imageSets } from '../../../src/science/datasets/image-sets.ts';
import { folderOfTest, writeEmptyFiles, writeTree } from '../../temporary-folder.ts';

let root: string;
beforeEach(async () => {
  root = await folderOfTest();
  await writeEmptyFiles(root, [
    'faces/0.png',
    'faces/1.png',
    'faces/2.png',
    'made/stylegan2/deep/a.png',
    'made/unheard-of/b.png',
  ]);
  await writeTree(root, { 'faces/train.txt': '1.png\n0.png\n', 'faces/test.txt': '2.png\n' });
});

describe('imageSets', () => {
  it('names the generators as tables do, an unknown one by its folder', async () => {
    const made = join(root, 'made');
    const sets = await imageSets(
      { faces: join(root, 'faces'), generated: made, generatedValidation: made },
      { validation: 0.5, test: 0.5 },
      1,
    );
    expect(sets.map(({ name }) => name)).toEqual([
      'train',
      'validation',
      'test',
      'generated-test/StyleGAN2',
      'generated-test/unheard-of',
      'generated-validation/StyleGAN2',
      'generated-validation/unheard-of',
    ]);
    expect(sets[3]).toEqual({
      name: 'generated-test/StyleGAN2',
      source: 'generated',
      folder: 'stylegan2',
      root: join(made, 'stylegan2'),
      ids: ['deep/a.png'],
    });
  });

  it('lets one image more change each set by one at most', async () => {
    const folders = { faces: join(root, 'many'), generated: join(root, 'made-more') };
    const picture = (name: string): Promise<void> => writeFile(join(root, name), '');
    await writeTree(root, { 'many/0.png': '', 'made-more/LDM/0.png': '' });
    for (let i = 1; i < 40; i++)
      await Promise.all([picture(`many/${i}.png`), picture(`made-more/LDM/${i}.png`)]);
    const shares = { validation: 5, test: 10, generatedValidation: 8, generatedTest: 20 };
    const before = await imageSets(folders, shares, 1);
    await Promise.all([picture('many/new.png'), picture('made-more/LDM/new.png')]);
    const after = await imageSets(folders, shares, 1);
    for (const [i, { ids }] of after.entries()) {
      const fresh = ids.filter((id) => before[i]?.ids.includes(id) !== true);
      expect(fresh.length).toBeLessThanOrEqual(1);
    }
  });

  it('keeps a set of no images, so that what follows finds its folder', async () => {
    const sets = await imageSets({ faces: join(root, 'faces') }, { validation: 0, test: 0.5 }, 1);
    expect(sets.map(({ name, ids }) => [name, ...ids])).toEqual([
      ['train', '1.png', '0.png'],
      ['validation'],
      ['test', '2.png'],
    ]);
  });

  it('draws images to choose by from those of each generator, and tests with none of them', async () => {
    for (let i = 0; i < 20; i++) await writeFile(join(root, `made/stylegan2/${i}.png`), '');
    const shares = { validation: 0, test: 0.5, generatedValidation: 0.25, generatedTest: 7 };
    const sets = await imageSets({ faces: join(root, 'faces'), generated: join(root, 'made') }, shares, 1);
    const idsOf = (name: string): readonly string[] => sets.find((set) => set.name === name)?.ids ?? [];
    const [test, validation] = [idsOf('generated-test/StyleGAN2'), idsOf('generated-validation/StyleGAN2')];
    expect([test.length, validation.length]).toEqual([7, 5]);
    expect(new Set([...test, ...validation]).size).toBe(12);
    expect(idsOf('generated-test/unheard-of')).toEqual(['b.png']); // its only one is left to test with
  });
});
