/** The folders of generated pictures and the names they go by in tables. */
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import { listFolders, listImages } from './folder.ts';

export interface GeneratorFolder {
  /** As tables print it: `StyleGAN2`. */
  readonly name: string;
  /** Name of the folder: `stylegan2`. */
  readonly folder: string;
  /** Paths relative to that folder, in code-point order. */
  readonly files: string[];
}

/**
 * One generator for each folder directly in `folder`, with all pictures below it: first those of the paper's tables in
 * their order, then others in the code-point order of their names.
 *
 * Fails with FOLDER_MISSING, FOLDER_EMPTY, GENERATORS_MISSING (no folder inside), GENERATOR_TWICE (two folders of one name).
 */
export async function listGenerators(folder: string): Promise<GeneratorFolder[]> {
  const folders = (await listFolders(folder)).filter((name) => name !== realFaces);
  if (folders.length === 0)
    throw new FailureError({
      code: 'GENERATORS_MISSING',
      message: 'holds no folder; expected one folder of pictures for each generator, as stylegan2/ or SDXL/',
      place: folder,
    });
  const generators: GeneratorFolder[] = [];
  for (const name of folders)
    generators.push({ name: generatorName(name), folder: name, files: await listImages(join(folder, name)) });
  generators.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
  generators.forEach((generator, i) => {
    const previous = generators[i - 1];
    if (previous?.name === generator.name)
      throw new FailureError({
        code: 'GENERATOR_TWICE',
        message: `has two folders for ${generator.name}: ${previous.folder} and ${generator.folder}`,
        place: folder,
        remedy: 'join or rename one of them',
      });
  });
  return generators;
}

/** The name that tables print for a folder; an unknown folder keeps its own. */
export function generatorName(folder: string): string {
  return paperGenerators.find(({ folders }) => folders.includes(folder.toLowerCase()))?.name ?? folder;
}

/** The real test faces, which the layout of the paper's authors keeps among the generators. */
const realFaces = 'celeba-face';

/** The columns of the paper's Table I, with the names their folders have in the public data sets, in lower case. */
const paperGenerators: readonly { readonly name: string; readonly folders: readonly string[] }[] = [
  { name: 'StyleGAN2', folders: ['stylegan2'] },
  { name: 'VQGAN', folders: ['vqgan', 'vq-gan', 'vq-gan_celebahq'] },
  { name: 'LDM', folders: ['ldm'] },
  { name: 'DDIM', folders: ['ddim'] },
  { name: 'SDv2.1', folders: ['sdv2.1', 'sdv21', 'stable_diffusion_v_2_1_text2img_p2g3'] },
  { name: 'FreeDoM', folders: ['freedom', 'freedom_t'] },
  { name: 'HPS', folders: ['hps'] },
  { name: 'Midjourney', folders: ['midjourney'] },
  { name: 'SDXL', folders: ['sdxl'] },
];

function rank(name: string): number {
  const index = paperGenerators.findIndex((generator) => generator.name === name);
  return index === -1 ? paperGenerators.length : index;
}
