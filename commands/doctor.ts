/** What the stages can compute on here, for `pipe doctor`: each backend is tried on a tiny graph. */
import { defineCommand } from '../src/command.ts';
import type { Json } from '../src/json.ts';
import { findBackends } from '../src/science/onnx/find-backends.ts';

export default defineCommand({
  async run({ signal }) {
    const findings = await findBackends(signal);
    return {
      text: findings.map(({ what, state, detail }) => `${what}: ${state}, ${detail}`).join('\n'),
      json: findings as unknown as Json,
      amiss: findings.some(({ state }) => state === 'needed'),
    };
  },
});
