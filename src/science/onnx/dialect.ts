/** Which operators a graph is made of. */
import type { Backend } from './backend.ts';

/** `onnx`: those of the standard alone; `onnxruntime`: its own too, where they are faster. */
export type Dialect = 'onnx' | 'onnxruntime';

/** WebGPU lacks those of onnxruntime's own that training uses: each would take its arrays to the processor and back. */
export const dialectOf = (backend: Backend | undefined): Dialect =>
  backend === 'webgpu' ? 'onnx' : 'onnxruntime';
