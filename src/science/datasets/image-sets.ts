/** The sets of images that are described: three of real faces, and one of each generator. */
import { join } from 'node:path';
import type { ImageSet } from './describe-sets.ts';
import { splitFaces, type SplitShares } from './faces.ts';
import { listGenerators } from './generators.ts';

export interface ImageSources {
  readonly faces: string;
  /** Folders of generators, for the test and for choosing. */
  readonly generated?: string | undefined;
  readonly generatedValidation?: string | undefined;
}

/**
 * `train`, `validation`, `test`, then `generated-test/NAME` and `generated-validation/NAME`. A part of the real faces
 * whose share is 0 has no images. Fails as `splitFaces` and `listGenerators` do.
 */
export async function imageSets(
  { faces, generated, generatedValidation }: ImageSources,
  shares: SplitShares,
  seed: number,
): Promise<ImageSet[]> {
  const split = await splitFaces(faces, shares, seed);
  const real = (['train', 'validation', 'test'] as const).map((name) => ({
    name,
    root: faces,
    ids: split[name],
  }));
  return [
    ...real,
    ...(await generatorSets('generated-test', generated)),
    ...(await generatorSets('generated-validation', generatedValidation)),
  ];
}

async function generatorSets(part: string, root: string | undefined): Promise<ImageSet[]> {
  if (root === undefined) return [];
  const generators = await listGenerators(root);
  return generators.map(({ name, folder, files }) => ({
    name: `${part}/${name}`,
    root: join(root, folder),
    ids: files,
  }));
}
