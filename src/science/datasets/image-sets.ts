/** The sets of images that are described: three of real faces, and one of each generator. */
import { join } from 'node:path';
import { randomOf } from '../random.ts';
import type { ImageSet } from './describe-sets.ts';
import { partSize, splitFaces, type SplitShares } from './faces.ts';
import { listGenerators, type GeneratorFolder } from './generators.ts';

export interface ImageSources {
  readonly faces: string;
  /** Folders of generators, for the test and for choosing. */
  readonly generated?: string | undefined;
  readonly generatedValidation?: string | undefined;
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
): Promise<ImageSet[]> {
  const split = await splitFaces(faces, shares, seed);
  const real = (['train', 'validation', 'test'] as const).map((name) => ({
    name,
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
      : generatorSets('generated-validation', generatedValidation, await listGenerators(generatedValidation));
  return [
    ...real,
    ...generatorSets(
      'generated-test',
      generated ?? '',
      parts.map(({ test }) => test),
    ),
    ...choosing,
    ...generatorSets(
      'generated-validation',
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
  const { files, name } = generator;
  const chosen = Math.min(partSize(files.length, generatedValidation), files.length - 1);
  const order = randomOf(seed, 'generated', name).permutation(files.length);
  const most = generatedTest ?? files.length;
  const drawn = (start: number, end: number): GeneratorFolder => ({
    ...generator,
    files: Array.from(order.subarray(start, end), (place) => files[place] as string).toSorted(),
  });
  return { validation: drawn(0, chosen), test: drawn(chosen, chosen + most) };
}

function generatorSets(part: string, root: string, generators: readonly GeneratorFolder[]): ImageSet[] {
  return generators.map(({ name, folder, files }) => ({
    name: `${part}/${name}`,
    root: join(root, folder),
    ids: files,
  }));
}
