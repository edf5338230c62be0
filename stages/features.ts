/** Runs an ONNX model over the real faces and the generated ones: a row of features for each image. */
import { FailureError } from '../src/failure.ts';
import { describeSets, type SetIndex } from '../src/science/datasets/describe-sets.ts';
import { imageSets } from '../src/science/datasets/image-sets.ts';
import { prepareImage, type LocateFace } from '../src/science/image/prepare.ts';
import { openDetector } from '../src/science/landmarks/detector.ts';
import { openImageModel, type ImageModel } from '../src/science/network/image-model.ts';
import { featuresName } from '../src/science/network/networks.ts';
import { defineStage } from '../src/stage.ts';
import type { FeaturesParameters } from './parameters.ts';

export default defineStage<FeaturesParameters>({
  async run({ params, inputs, output, cpus, signal, progress, log, metric }) {
    const { batch, crop, jitter, split, seed } = params;
    const sources = {
      faces: inputs.one('faces').path,
      generated: inputs.optional('generated')?.path,
      generatedValidation: inputs.optional('generatedValidation')?.path,
    };
    const sets = await imageSets(sources, split, seed);
    const size = params.size === undefined ? {} : { size: params.size };
    const model = await openImageModel(inputs.one('model').path, { cpus, ...size });
    const finder = crop.from === 'face' ? await openFinder(cpus) : undefined;
    try {
      const wanted = params.output ?? defaultOutput(model);
      const width = (await model.run(blank(model.size), wanted)).length;
      log(`${wanted}: ${width} numbers for each image of ${model.size} px`);

      const options = { size: model.size, crop, jitter, seed, ...(finder && { locateFace: finder.locate }) };
      const indices = await describeSets(
        sets,
        (file, id) => prepareImage(file, { ...options, id }),
        { width, describe: (images) => model.run(images, wanted) },
        { output, batch, cpus, signal, progress },
      );

      for (const [place, { name }] of sets.entries()) report(name, indices[place] as SetIndex, log);
      const excluded = indices.reduce((sum, index) => sum + index.excluded.length, 0);
      const images = indices.reduce((sum, index) => sum + index.ids.length, 0);
      const count = images + excluded;
      metric({ name: 'images', value: images, direction: 'higher', unit: 'images', count });
      metric({ name: 'excluded', value: excluded, direction: 'lower', unit: 'images', count });
    } finally {
      await finder?.close();
      await model.close();
    }
  },
});

const defaultOutput = ({ outputs }: ImageModel): string =>
  outputs.includes(featuresName) ? featuresName : (outputs[0] as string);

const blank = (size: number): Uint8Array => new Uint8Array(size * size * 3);

/** The box of the most certain face. */
async function openFinder(cpus: number): Promise<{ locate: LocateFace; close(): Promise<void> }> {
  const detector = await openDetector({ cpus });
  return {
    locate: async (image) => (await detector.detect(image))[0]?.box,
    close: () => detector.close(),
  };
}

/** Logs what was left out of a set. Throws SET_EMPTY when nothing is left. */
function report(name: string, { ids, excluded }: SetIndex, log: (line: string) => void): void {
  for (const { id, code, reason } of excluded) log(`${name}/${id}: ${code} ${reason}`);
  const [first] = excluded;
  if (ids.length > 0) return;
  throw new FailureError({
    code: 'SET_EMPTY',
    message: `none of its ${excluded.length} images can be used; the first: ${first?.code} ${first?.reason}`,
    place: name,
    remedy: 'give images of that kind, or take a crop that needs no face',
  });
}
