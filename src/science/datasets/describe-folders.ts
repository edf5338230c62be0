/**
 * The sets every detector is made and judged by, from the folders they lie in: real faces to train, choose and
 * test, and each generator's images to choose and test. `features` and `statistics` differ in the describer alone.
 */
import { FailureError } from '../../failure.ts';
import type { Crop } from '../image/framing.ts';
import type { JitterSpread } from '../image/jitter.ts';
import { prepareImage, type LocateFace } from '../image/prepare.ts';
import { openDetector } from '../landmarks/detector.ts';
import {
  describeSets,
  type Describer,
  type DescribeSettings,
  type ImageSet,
  type SetIndex,
} from './describe-sets.ts';
import { imageSets, type ImageShares, type ImageSources } from './image-sets.ts';

export interface FolderSettings extends DescribeSettings {
  /** Side of the images described, px. */
  readonly size: number;
  readonly crop: Crop;
  readonly jitter: JitterSpread;
  /** As `prepareImage` takes it. */
  readonly decode?: 'full' | 'reduced' | undefined;
  readonly split: ImageShares;
  readonly seed: number;
  readonly log: (line: string) => void;
}

/**
 * Writes `train`, `validation`, `test`, `generated-test/GENERATOR` and `generated-validation/GENERATOR`; images
 * that cannot be used are left out, listed and logged. Returns how many of both kinds there are.
 * Fails with FACES_NONE_USABLE when none of a set of real faces can be used, and as the folders do.
 */
export async function describeFolders(
  describer: Describer,
  sources: ImageSources,
  settings: FolderSettings,
): Promise<{ described: number; excluded: number }> {
  const sets = await imageSets(sources, settings.split, settings.seed);
  const indices = await describeImages(describer, sets, settings);
  return reportSets(sets, indices, settings.log);
}

/** Describes sets whose images are known. */
export async function describeImages(
  describer: Describer,
  sets: readonly ImageSet[],
  settings: Omit<FolderSettings, 'split' | 'log'>,
): Promise<SetIndex[]> {
  const { size, crop, jitter, decode, seed, cpus } = settings;
  const { locateFace, close } = await openLocator(crop, cpus);
  try {
    const options = { size, crop, jitter, decode, seed, ...(locateFace && { locateFace }) };
    return await describeSets(
      sets,
      (file, id) => prepareImage(file, { ...options, id }),
      describer,
      settings,
    );
  } finally {
    await close();
  }
}

/** Logs what became of each set and counts images of both kinds. Fails with FACES_NONE_USABLE. */
export function reportSets(
  sets: readonly Pick<ImageSet, 'name' | 'root'>[],
  indices: readonly SetIndex[],
  log: (line: string) => void,
): { described: number; excluded: number } {
  indices.forEach(({ ids, excluded }, i) => {
    const { name, root } = sets[i] as ImageSet;
    for (const { id, code, reason } of excluded) log(`${name}/${id}: ${code} ${reason}`);
    log(`${name}: ${ids.length} images${excluded.length === 0 ? '' : `, ${excluded.length} left out`}`);
    if (ids.length === 0 && excluded.length > 0 && !name.includes('/'))
      throw noneUsable(name, root, excluded);
  });
  return {
    described: indices.reduce((sum, { ids }) => sum + ids.length, 0),
    excluded: indices.reduce((sum, { excluded }) => sum + excluded.length, 0),
  };
}

/** The detector is opened only where the crop asks for faces. */
async function openLocator(
  crop: Crop,
  cpus: number,
): Promise<{ locateFace?: LocateFace; close: () => Promise<void> }> {
  if (crop.from !== 'face') return { close: () => Promise.resolve() };
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
