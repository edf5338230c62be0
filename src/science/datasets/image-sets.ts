/** The sets of images that are described: three of real faces, and one of each generator. */
import { join } from 'node:path';
import type { ImageSet } from './describe-sets.ts';
import { partSize, splitFaces, type SplitShares } from './faces.ts';
import { listGenerators, type GeneratorFolder } from './generators.ts';
import { orderByRank } from './shards.ts';

export interface ImageSources {
  readonly faces: string;
  /** Folders of generators, for the test and for choosing. */
  readonly generated?: string | undefined;
  readonly generatedValidation?: string | undefined;
}

/** A set of images of one of the sources, in a folder of it (empty for all of it). */
export interface LocatedSet extends ImageSet {
  readonly source: keyof ImageSources;
  readonly folder: string;
}

export interface ImageShares extends SplitShares {
  /** Of each generator's images, drawn for choosing where those have no folder of their own; a number from 1 on. */
  readonly generatedValidation?: number;
  /** The most images of a generator to test with; they are drawn. All where absent or null. */
  readonly generatedTest?: number | null;
}

/**
 * `train`, `validation`, `test`, then `generated-test/NAME` and `generated-validation/NAME`. A part of the real faces
 * whose share is 0 has no images. Fails as `splitFaces` and `listGenerators` do.
 */
export async function imageSets(
  { faces, generated, generatedValidation }: ImageSources,
  shares: ImageShares,
  seed: number,
): Promise<LocatedSet[]> {
  const split = await splitFaces(faces, shares, seed);
  const real = (['train', 'validation', 'test'] as const).map((name) => ({
    name,
    source: 'faces' as const,
    folder: '',
    root: faces,
    ids: split[name],
  }));
  const testing = generated === undefined ? [] : await listGenerators(generated);
  const parts = testing.map((generator) =>
    splitGenerator(
      generator,
      generatedValidation === undefined ? shares : { ...shares, generatedValidation: 0 },
      seed,
    ),
  );
  const choosing =
    generatedValidation === undefined
      ? []
      : generatorSets(
          'generated-validation',
          'generatedValidation',
          generatedValidation,
          await listGenerators(generatedValidation),
        );
  return [
    ...real,
    ...generatorSets(
      'generated-test',
      'generated',
      generated ?? '',
      parts.map(({ test }) => test),
    ),
    ...choosing,
    ...generatorSets(
      'generated-validation',
      'generated',
      generated ?? '',
      parts.flatMap(({ validation }) => (validation.files.length === 0 ? [] : [validation])),
    ),
  ];
}

/** What is drawn for choosing is not tested with; at least one image is left to test with. */
function splitGenerator(
  generator: GeneratorFolder,
  { generatedValidation = 0, generatedTest }: ImageShares,
  seed: number,
): { readonly test: GeneratorFolder; readonly validation: GeneratorFolder } {
  const { files } = generator;
  const chosen = Math.min(partSize(files.length, generatedValidation), files.length - 1);
  const order = orderByRank(files, seed);
  const most = generatedTest ?? files.length;
  const drawn = (start: number, end: number): GeneratorFolder => ({
    ...generator,
    files: order
      .slice(start, end)
      .map((place) => files[place] as string)
      .toSorted(),
  });
  return { validation: drawn(0, chosen), test: drawn(chosen, chosen + most) };
}

function generatorSets(
  part: string,
  source: keyof ImageSources,
  root: string,
  generators: readonly GeneratorFolder[],
): LocatedSet[] {
  return generators.map(({ name, folder, files }) => ({
    name: `${part}/${name}`,
    source,
    folder,
    root: join(root, folder),
    ids: files,
  }));
}
