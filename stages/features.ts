/** Runs an ONNX model over the real faces and the generated ones: a row of features for each image. */
import { describeFolders } from '../src/science/datasets/describe-folders.ts';
import { openImageModel, type ImageModel } from '../src/science/network/image-model.ts';
import { featuresName } from '../src/science/network/networks.ts';
import { settledBackend } from '../src/science/onnx/backend.ts';
import { defineStage } from '../src/stage.ts';
import type { FeaturesParameters } from './parameters.ts';

export default defineStage<FeaturesParameters>({
  async run(context) {
    const { params, inputs, cpus, log, metric } = context;
    const backend = settledBackend(params.backend);
    const size = params.size === undefined ? {} : { size: params.size };
    const model = await openImageModel(inputs.one('model').path, { cpus, backend, ...size });
    try {
      const output = params.output ?? defaultOutput(model);
      const width = (await model.run(blank(model.size), output)).length;
      log(`${output}: ${width} numbers for each image of ${model.size} px`);
      const { described, excluded } = await describeFolders(
        { width, describe: (images) => model.run(images, output) },
        {
          faces: inputs.one('faces').path,
          generated: inputs.optional('generated')?.path,
          generatedValidation: inputs.optional('generatedValidation')?.path,
        },
        { ...context, ...params, output: context.output, size: model.size },
      );
      const count = described + excluded;
      metric({ name: 'images', value: described, direction: 'higher', unit: 'images', count });
      metric({ name: 'excluded', value: excluded, direction: 'lower', unit: 'images', count });
    } finally {
      await model.close();
    }
  },
});

const defaultOutput = ({ outputs }: ImageModel): string =>
  outputs.includes(featuresName) ? featuresName : (outputs[0] as string);

const blank = (size: number): Uint8Array => new Uint8Array(size * size * 3);
