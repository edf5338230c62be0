/** Runs an ONNX model over a shard of the real faces and the generated ones: a row of features for each image. */
import { describeImages } from '../src/science/datasets/describe-folders.ts';
import { located, readListedSets } from '../src/science/datasets/listed-sets.ts';
import { openImageModel, type ImageModel } from '../src/science/network/image-model.ts';
import { featuresName } from '../src/science/network/networks.ts';
import { settledBackend } from '../src/science/onnx/backend.ts';
import { defineStage } from '../src/stage.ts';
import type { ImageFeaturesParameters } from './parameters.ts';

export default defineStage<ImageFeaturesParameters>({
  async run(context) {
    const { params, inputs, cpus, log } = context;
    const backend = settledBackend(params.backend);
    const size = params.size === undefined ? {} : { size: params.size };
    const sets = located(await readListedSets(inputs.one('sets').path), {
      faces: inputs.one('faces').path,
      generated: inputs.optional('generated')?.path,
      generatedValidation: inputs.optional('generatedValidation')?.path,
    });
    const model = await openImageModel(inputs.one('model').path, { cpus, backend, ...size });
    try {
      const output = params.output ?? defaultOutput(model);
      const width = (await model.run(blank(model.size), output)).length;
      log(`${output}: ${width} numbers for each image of ${model.size} px`);
      const describer = { width, describe: (images: Uint8Array) => model.run(images, output) };
      await describeImages(describer, sets, {
        ...context,
        ...params,
        output: context.output,
        size: model.size,
      });
    } finally {
      await model.close();
    }
  },
});

const defaultOutput = ({ outputs }: ImageModel): string =>
  outputs.includes(featuresName) ? featuresName : (outputs[0] as string);

const blank = (size: number): Uint8Array => new Uint8Array(size * size * 3);
