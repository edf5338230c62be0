/** Learns features of photographed faces from their cameras' settings and from manipulations of them; gives an ONNX model. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openImageModel } from '../src/science/network/image-model.ts';
import { inferenceGraph } from '../src/science/network/inference-graph.ts';
import { layOut, type Layout } from '../src/science/network/layout.ts';
import { networkNamed } from '../src/science/network/networks.ts';
import { settledBackend } from '../src/science/onnx/backend.ts';
import { splitHeldOut } from '../src/science/ranking/batches.ts';
import { openFaces } from '../src/science/ranking/faces.ts';
import { measureHeldOut, type HeldOutResult } from '../src/science/ranking/held-out.ts';
import { pretrain, type Pretrained } from '../src/science/ranking/pretraining.ts';
import { defineStage, type StageContext } from '../src/stage.ts';
import type { PretrainParameters } from './parameters.ts';

type Context = StageContext<PretrainParameters>;

export default defineStage<PretrainParameters>({
  async run(context) {
    const { params, inputs, output, signal, cpus, log } = context;
    const folders = inputs.all('faces').map(({ path }) => path);
    const source = await openFaces(join(inputs.one('index').path, 'photos.json'), folders);
    try {
      const { training, heldOut } = splitHeldOut(source.faces, params.heldOut, params.seed);
      log(`${training.length} faces to train on, ${heldOut.length} held out, ${source.size} px`);
      const layout = layOut(networkNamed(params.network), source.size);
      const weights = inputs.optional('weights')?.path;
      const backend = settledBackend(params.backend);
      const task = { ...params, backend, layout, source, faces: training, heldOut, weights };
      const trained = await pretrain(task, {
        ...context,
        workers: params.workers,
        checkpointSeconds: params.checkpointSeconds,
        checkpointSteps: params.checkpointSteps,
        checkpointsKept: params.checkpointsKept,
        progress: (done, total, note) => context.progress({ done, total, unit: 'steps', note }),
      });

      const model = inferenceGraph(layout, trained.parameters, metadataOf(context, layout));
      await writeFile(join(output, 'model.onnx'), model);
      const curves = { points: trained.curve, heldOut: trained.measurements };
      await writeFile(join(output, 'curves.json'), `${JSON.stringify(curves, null, 1)}\n`);
      reportTraining(context, trained);
      if (heldOut.length === 0) return;
      const imageModel = await openImageModel(model, { cpus, backend });
      try {
        const result = await measureHeldOut(imageModel, source, heldOut, params.protocol, signal);
        const file = { faces: heldOut.length, ...result };
        await writeFile(join(output, 'held-out.json'), `${JSON.stringify(file, null, 1)}\n`);
        reportHeldOut(context, result, heldOut.length);
      } finally {
        await imageModel.close();
      }
    } finally {
      await source.close();
    }
  },
});

/** What stands in the model beside the weights. */
function metadataOf({ params, marks }: Context, { network, size }: Layout): Record<string, string> {
  return {
    network: params.network,
    size: String(size),
    seed: String(params.seed),
    protocol: params.protocol,
    loss: JSON.stringify(params.loss),
    epochs: String(params.epochs),
    marks: JSON.stringify(marks.toSorted()),
    ...(typeof params.microBatch === 'number' ? { microBatch: String(params.microBatch) } : {}),
    ...(params.shards === undefined || params.shards === 1 ? {} : { shards: String(params.shards) }),
    ...(settledBackend(params.backend) === 'cpu' ? {} : { backend: settledBackend(params.backend) }),
    normalization: JSON.stringify(network.normalization),
  };
}

function reportTraining({ metric }: Context, { parameters, curve }: Pretrained): void {
  const { length } = parameters.weights.data;
  metric({ name: 'parameters', value: length, direction: 'none', unit: 'parameters' });
  const loss = curve.at(-1)?.loss['total'];
  if (loss !== undefined) metric({ name: 'loss.final', value: loss, direction: 'lower', unit: '1' });
}

function reportHeldOut(
  { metric, log }: Context,
  { ranking, manipulation }: HeldOutResult,
  faces: number,
): void {
  for (const [tag, { share, pairs }] of Object.entries(ranking))
    if (pairs === 0) log(`ranking.${tag}: no two held-out photographs differ in it`);
    else metric({ name: `ranking.${tag}`, value: share, direction: 'higher', unit: 'share', count: pairs });
  const areas = Object.entries(manipulation);
  for (const [name, value] of [...areas, ['mean', mean(areas.map(([, area]) => area))] as const])
    metric({ name: `manipulation.${name}.auc`, value, direction: 'higher', unit: 'share', count: faces });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
