import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatorName, listGenerators } from '../../../src/science/datasets/generators.ts';
import { paperGenerators } from '../../../src/science/paper/paper.ts';
import { temporaryFolder, writeEmptyFiles } from '../../temporary-folder.ts';

const root = await temporaryFolder();

const folderWith = (name: string, files: readonly string[]): Promise<string> =>
  writeEmptyFiles(join(root, name), files);

describe('listGenerators', () => {
  it("knows the authors' folders and keeps the order of the paper", async () => {
    const folders = [
      'DDIM',
      'FreeDoM_T',
      'HPS',
      'LDM',
      'Midjourney',
      'SDXL',
      'VQ-GAN_celebahq',
      'stable_diffusion_v_2_1_text2img_p2g3',
      'stylegan2',
    ];
    const folder = await folderWith(
      'paper',
      folders.map((name) => `${name}/0.jpg`),
    );
    expect((await listGenerators(folder)).map(({ name }) => name)).toEqual(paperGenerators);
  });

  it('puts unknown generators behind, under their own names, and leaves out the real faces', async () => {
    const folder = await folderWith('mixed', [
      'b/0.png',
      'SDXL/0.png',
      'a/0.png',
      'Z/0.png',
      'celeba-face/0.png',
    ]);
    expect((await listGenerators(folder)).map(({ name }) => name)).toEqual(['SDXL', 'Z', 'a', 'b']);
  });

  it('finds pictures below a further level', async () => {
    const folder = await folderWith('deep', [
      'LDM/aligned/1.png',
      'LDM/aligned/0.png',
      'LDM/__MACOSX/._0.png',
    ]);
    expect(await listGenerators(folder)).toEqual([
      { name: 'LDM', folder: 'LDM', files: ['aligned/0.png', 'aligned/1.png'] },
    ]);
  });

  it('looks for generators inside DiffusionFace and DiFF, and passes over their real faces', async () => {
    const folder = await folderWith('collections', [
      'DiffusionFace/LDM/0.png',
      'DiffusionFace/DDIM/0.png',
      'DiffusionFace/stable_diffusion_v_2_1_text2img_p2g3/aligned/0.png',
      'DiFF/test/T2I/SDXL/0.PNG',
      'DiFF/test/T2I/__MACOSX/SDXL/._0.png',
      'DiFF/test/I2I/FreeDoM_T/0.jpg',
      'DiFF/DiFF_real/0.png',
      'stylegan2/0.png',
      'other/a/0.png',
    ]);
    expect((await listGenerators(folder)).map(({ name, folder }) => [name, folder])).toEqual([
      ['StyleGAN2', 'stylegan2'],
      ['LDM', 'DiffusionFace/LDM'],
      ['DDIM', 'DiffusionFace/DDIM'],
      ['SDv2.1', 'DiffusionFace/stable_diffusion_v_2_1_text2img_p2g3'],
      ['FreeDoM', 'DiFF/test/I2I/FreeDoM_T'],
      ['SDXL', 'DiFF/test/T2I/SDXL'],
      ['other', 'other'],
    ]);
  });

  it('takes what is generated of a tree of CNNDetection’s layout', async () => {
    const folder = await folderWith('cnn', [
      'progan/airplane/0_real/0.png',
      'progan/airplane/1_fake/0.png',
      'progan/cat/1_fake/0.png',
      'biggan/0_real/0.png',
      'biggan/1_fake/1.png',
    ]);
    expect((await listGenerators(folder)).map(({ name, files }) => [name, files])).toEqual([
      ['biggan', ['1_fake/1.png']],
      ['progan', ['airplane/1_fake/0.png', 'cat/1_fake/0.png']],
    ]);
  });

  it.each([
    ['without-folders', ['0.png'], 'GENERATORS_MISSING'],
    ['one-empty', ['LDM/0.png', 'HPS/readme.txt'], 'FOLDER_EMPTY'],
    ['twice-inside', ['DiFF/train/SDXL/0.png', 'DiFF/test/SDXL/0.png'], 'GENERATOR_TWICE'],
    ['twice', ['VQGAN/0.png', 'VQ-GAN_celebahq/0.png'], 'GENERATOR_TWICE'],
  ])('fails on a folder %s', async (name, files, code) => {
    await expect(listGenerators(await folderWith(name, files))).rejects.toMatchObject({ failure: { code } });
  });

  it('fails on a folder that is not there', async () => {
    await expect(listGenerators(join(root, 'missing'))).rejects.toMatchObject({
      failure: { code: 'FOLDER_MISSING' },
    });
  });
});

describe('generatorName', () => {
  it.each([
    ['VQGAN', 'VQGAN'],
    ['StyleGAN2', 'StyleGAN2'],
    ['FreeDoM', 'FreeDoM'],
    ['ILVR-DDPM', 'ILVR-DDPM'],
  ])('of %s is %s', (folder, name) => expect(generatorName(folder)).toBe(name));
});
