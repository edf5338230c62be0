/** `pipe setup cuda`: onnxruntime's libraries for NVIDIA cards, by onnxruntime-node's own install step. */
import { defineCommand } from '../src/command.ts';
import { setUpCuda } from '../src/science/onnx/set-up-cuda.ts';

export default defineCommand({
  async run({ signal }) {
    const libraries = await setUpCuda(signal);
    const text = `${libraries.join('\n')}\n\nThey need CUDA 12 and cuDNN 9 of the system; pipe doctor tries them.`;
    return { text, json: { libraries }, amiss: false };
  },
});
