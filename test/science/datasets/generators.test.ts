import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatorName, listGenerators } from '../../../src/science/datasets/generators.ts';
import { temporaryFolder } from '../image/pictures.ts';

const root = await temporaryFolder();

async function folderWith(name: string, files: readonly string[]): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
  return folder;
}

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
    expect((await listGenerators(folder)).map(({ name }) => name)).toEqual([
      'StyleGAN2',
      'VQGAN',
      'LDM',
      'DDIM',
      'SDv2.1',
      'FreeDoM',
      'HPS',
      'Midjourney',
      'SDXL',
    ]);
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

  it.each([
    ['without-folders', ['0.png'], 'GENERATORS_MISSING'],
    ['one-empty', ['LDM/0.png', 'HPS/readme.txt'], 'FOLDER_EMPTY'],
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
