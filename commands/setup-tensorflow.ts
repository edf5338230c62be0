/** `pipe setup tensorflow`: builds tfjs-node's addon against the TensorFlow that Python has. */
import { defineCommand } from '../src/command.ts';
import { setUpTensorFlow } from '../src/science/tfjs/set-up-tensorflow.ts';

export default defineCommand({
  async run({ signal }) {
    const { addon, tensorflow } = await setUpTensorFlow({ signal });
    return {
      text: `built ${addon}\nagainst ${tensorflow}\n\npretrain.engine: tfjs trains on it.`,
      json: { addon, tensorflow },
      amiss: false,
    };
  },
});
