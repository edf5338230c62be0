/** What `backend: auto` stands for on this machine. */
import { defineProbe } from '../src/probe.ts';
import { settledBackend } from '../src/science/onnx/backend.ts';

export default defineProbe({
  settle: (backend) => settledBackend(backend as Parameters<typeof settledBackend>[0]),
});
