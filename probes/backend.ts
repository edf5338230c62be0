/** What `backend: auto` stands for on this machine, and that who computes on a card has it alone. */
import { defineProbe } from '../src/probe.ts';
import { settledBackend } from '../src/science/onnx/backend.ts';

export default defineProbe({
  settle: (backend) => settledBackend(backend as Parameters<typeof settledBackend>[0]),
  // Cards that CUDA sees can be told apart and are counted; WebGPU takes the one its driver prefers.
  takes: (backend) => (backend === 'cuda' ? { gpu: 1 } : backend === 'webgpu' ? { webgpu: 1 } : {}),
});
