/** Reads minibatches: pictures as the network takes them, and their labels. */
import type { Normalization } from '../network/pixels.ts';
import { planeWriter } from '../network/pixels.ts';
import { floatTensor, type Tensors } from '../onnx/session.ts';
import { batchPictures, type BatchPlan } from './batches.ts';
import type { Face, Faces } from './faces.ts';
import { pairLabels, tagCount, type Protocol } from './labels.ts';
import { manipulatedName, orderName, type LossOptions } from './objective.ts';

export interface Batch {
  /** (N, 3, S, S). */
  readonly images: Float32Array;
  /** What the losses in use ask for. */
  readonly labels: Tensors;
}

export interface BatchSource {
  readonly layout: { readonly network: { readonly normalization: Normalization } };
  readonly faces: readonly Face[];
  readonly source: Faces;
  readonly loss: LossOptions;
  readonly protocol: Protocol;
}

/**
 * Gives the batch of a step. A batch can be asked for while the one before it is in use: it is read meanwhile. Its
 * rejection is for whoever awaits it; nobody has to.
 */
export function batchLoader(task: BatchSource, plan: BatchPlan): (step: number) => Promise<Batch> {
  const write = planeWriter(task.source.size, task.layout.network.normalization);
  const load = async (step: number): Promise<Batch> => {
    const pictures = batchPictures(task.faces, plan, step);
    const pixels = await task.source.read(pictures);
    const images = new Float32Array(pixels.length);
    write(pixels, images);
    const { length } = pictures;
    const tags = pictures.map(({ face }) => face.tags);
    const manipulated = Float32Array.from(pictures, ({ variant }) => (variant === 0 ? 0 : 1));
    return {
      images,
      labels: {
        ...(task.loss.exif
          ? { [orderName]: floatTensor(pairLabels(tags, task.protocol), [length, length, tagCount]) }
          : {}),
        ...(task.loss.manipulation ? { [manipulatedName]: floatTensor(manipulated, [length, 1]) } : {}),
      },
    };
  };
  return (step) => {
    const batch = load(step);
    batch.catch(() => undefined);
    return batch;
  };
}
