/** The built-in data: photographs, real faces and nine families of generated faces from a simulated camera. No download, no evidence. */
import { writeDataSet } from '../src/science/camera/data-set.ts';
import { defineStage } from '../src/stage.ts';
import type { SimulateParameters } from './parameters.ts';

export default defineStage<SimulateParameters>({
  async run(context) {
    context.mark('simulated');
    await writeDataSet(context.params, {
      output: context.output,
      workers: context.cpus,
      signal: context.signal,
      onProgress: (done, total) => context.progress({ done, total, unit: 'pictures' }),
    });
  },
});
