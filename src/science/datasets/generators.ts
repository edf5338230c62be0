/** The folders of generated pictures and the names they go by in tables. */
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import { listFolders, listImages } from './folder.ts';

export interface GeneratorFolder {
  /** As tables print it: `StyleGAN2`. */
  readonly name: string;
  /** Path of the folder: `stylegan2`, `DiFF/test/T2I/SDXL`. */
  readonly folder: string;
  /** Paths relative to that folder, in code-point order. */
  readonly files: string[];
}

/**
 * One generator for each folder directly in `folder`, with all pictures below it: first those of the paper's tables in
 * their order, then others in the code-point order of their names. A folder that is no generator of the paper and has some
 * further below (`DiFF`, `DiffusionFace`, `test/T2I`) is a collection: the generators are the folders in it. Of a folder in
 * CNNDetection's layout (`0_real`, `1_fake`, at any depth) the generated pictures count. Real faces are passed over.
 *
 * Fails with FOLDER_MISSING, FOLDER_EMPTY, GENERATORS_MISSING (no folder inside), GENERATOR_TWICE (two folders of one name).
 */
export async function listGenerators(folder: string): Promise<GeneratorFolder[]> {
  const folders = await generatorFolders(folder, '', deepest);
  if (folders.length === 0)
    throw new FailureError({
      code: 'GENERATORS_MISSING',
      message: 'holds no folder; expected one folder of pictures for each generator, as stylegan2/ or SDXL/',
      place: folder,
    });
  const generators: GeneratorFolder[] = [];
  for (const path of folders)
    generators.push({
      name: generatorName(path.slice(path.lastIndexOf('/') + 1)),
      folder: path,
      files: onlyGenerated(await listImages(join(folder, path))),
    });
  generators.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
  generators.forEach((generator, i) => {
    const previous = generators[i - 1];
    if (previous?.name === generator.name)
      throw new FailureError({
        code: 'GENERATOR_TWICE',
        message: `has two folders for ${generator.name}: ${previous.folder} and ${generator.folder}`,
        place: folder,
        remedy: 'join or rename one of them, or name a folder further below, as DiFF/test',
      });
  });
  return generators;
}

/** The name that tables print for a folder; an unknown folder keeps its own. */
export function generatorName(folder: string): string {
  return paperGenerator(folder)?.name ?? folder;
}

/** Levels of folders that may lie above a generator's. */
const deepest = 5;

/** Paths of the generators' folders below `folder`, where `prefix` is its own. */
async function generatorFolders(folder: string, prefix: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  for (const name of await listFolders(join(folder, prefix))) {
    if (realFaces.has(name.toLowerCase())) continue;
    const path = `${prefix}${name}`;
    const inside =
      paperGenerator(name) === undefined && depth > 0
        ? await generatorFolders(folder, `${path}/`, depth - 1)
        : [];
    const isCollection = inside.some(
      (each) => paperGenerator(each.slice(each.lastIndexOf('/') + 1)) !== undefined,
    );
    if (isCollection) found.push(...inside);
    else found.push(path);
  }
  return found;
}

function onlyGenerated(files: string[]): string[] {
  const generated = files.filter((file) => /(^|\/)1_fake\//.test(file));
  return generated.length > 0 ? generated : files;
}

/** Folders of real faces among the generators, in lower case: in the layout of the paper's authors, in DiFF, in CNNDetection. */
const realFaces: ReadonlySet<string> = new Set(['celeba-face', 'diff_real', 'real', '0_real']);

interface PaperGenerator {
  readonly name: string;
  /** In lower case. */
  readonly folders: readonly string[];
}

/** The columns of the paper's Table I, with the names their folders have in the public data sets. */
const paperGenerators: readonly PaperGenerator[] = [
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

/** As tables print them, in the order of Table I. */
export const paperGeneratorNames: readonly string[] = paperGenerators.map(({ name }) => name);

const paperGenerator = (folder: string): PaperGenerator | undefined =>
  paperGenerators.find(({ folders }) => folders.includes(folder.toLowerCase()));

function rank(name: string): number {
  const index = paperGenerators.findIndex((generator) => generator.name === name);
  return index === -1 ? paperGenerators.length : index;
}
