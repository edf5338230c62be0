/** onnxruntime, for all that computes with it: without its telemetry. Imports are evaluated in the order in which they stand. */
import './no-telemetry.ts';

// oxlint-disable-next-line no-restricted-imports -- the one place that may.
export { InferenceSession, Tensor } from 'onnxruntime-node';
