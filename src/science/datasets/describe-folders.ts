/**
 * The sets every detector is made and judged by, from the folders they lie in: real faces to train, choose and
 * test, and each generator's images to choose and test. `features` and `statistics` differ in the describer alone.
 */
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import type { JitterSpread } from '../image/crop.ts';
import { prepareImage, type Crop, type LocateFace } from '../image/prepare.ts';
import { openDetector } from '../landmarks/detector.ts';
import { describeSets, type Describer, type DescribeSettings, type ImageSet } from './describe-sets.ts';
import { splitFaces, type SplitShares } from './faces.ts';
import { listGenerators } from './generators.ts';

export interface ImageFolders {
  readonly faces: string;
  /** One folder for each generator inside; undefined where there are none. */
  readonly generated: string | undefined;
  readonly generatedValidation: string | undefined;
}

export interface FolderSettings extends DescribeSettings {
  /** Side of the images described, px. */
  readonly size: number;
  readonly crop: Crop;
  readonly jitter: JitterSpread;
  readonly split: SplitShares;
  readonly seed: number;
  log(line: string): void;
}

/**
 * Writes `train`, `validation`, `test`, `generated-test/GENERATOR` and `generated-validation/GENERATOR`; images
 * that cannot be read are left out, listed and logged. GENERATOR is the name that tables print.
 * Fails with FACES_NONE_USABLE when none of a set of real faces can be used, and as the folders do.
 */
export async function describeFolders(
  describer: Describer,
  folders: ImageFolders,
  settings: FolderSettings,
): Promise<void> {
  const { size, crop, jitter, seed, cpus, log } = settings;
  const sets = await listSets(folders, settings.split, seed);
  const { locateFace, close } = await openLocator(crop, cpus);
  try {
    const options = { size, crop, jitter, seed, ...(locateFace && { locateFace }) };
    const indices = await describeSets(
      sets,
      (file, id) => prepareImage(file, { ...options, id }),
      describer,
      settings,
    );
    indices.forEach(({ ids, excluded }, i) => {
      const { name, root } = sets[i] as ImageSet;
      for (const { id, code, reason } of excluded) log(`${name}/${id}: ${code} ${reason}`);
      log(`${name}: ${ids.length} images${excluded.length === 0 ? '' : `, ${excluded.length} left out`}`);
      if (ids.length === 0 && excluded.length > 0 && !name.includes('/'))
        throw noneUsable(name, root, excluded);
    });
  } finally {
    await close();
  }
}

/** Lists the images of all sets without opening them. */
export async function listSets(folders: ImageFolders, split: SplitShares, seed: number): Promise<ImageSet[]> {
  const faces = await splitFaces(folders.faces, split, seed);
  const sets: ImageSet[] = (['train', 'validation', 'test'] as const).map((name) => ({
    name,
    root: folders.faces,
    ids: faces[name],
  }));
  for (const [part, folder] of [
    ['generated-test', folders.generated],
    ['generated-validation', folders.generatedValidation],
  ] as const) {
    if (folder === undefined) continue;
    for (const generator of await listGenerators(folder))
      sets.push({
        name: `${part}/${generator.name}`,
        root: join(folder, generator.folder),
        ids: generator.files,
      });
  }
  return sets;
}

/** The detector is opened only where the crop asks for faces. */
async function openLocator(
  crop: Crop,
  cpus: number,
): Promise<{ locateFace?: LocateFace; close(): Promise<void> }> {
  if (crop.from === 'image') return { close: () => Promise.resolve() };
  const detector = await openDetector({ cpus });
  return {
    locateFace: async (image) => (await detector.detect(image))[0]?.box,
    close: () => detector.close(),
  };
}

const noneUsable = (name: string, root: string, excluded: readonly { code: string; reason: string }[]) =>
  new FailureError({
    code: 'FACES_NONE_USABLE',
    message: `none of the ${excluded.length} images of the ${name} set can be used; the first: ${excluded[0]?.code} ${excluded[0]?.reason}`,
    place: root,
    remedy: 'name a folder of readable face images, or take crop.from: image where faces fill the picture',
  });
