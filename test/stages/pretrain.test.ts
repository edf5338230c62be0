import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/science/array/npy.ts';
import { decodeModel } from '../../src/science/onnx/messages.ts';
import { openSession } from '../../src/science/onnx/session.ts';
import { randomOf } from '../../src/science/random.ts';
import type { Measurement } from '../../src/science/ranking/held-out-course.ts';
import type { PretrainParameters } from '../../stages/parameters.ts';
import pretrain from '../../stages/pretrain.ts';
import { runStage, type StageOutcome, type TestHost } from './run-stage.ts';
import { folderOfTest, temporaryFolder } from '../temporary-folder.ts';

const size = 16;
const count = 60;
const params: PretrainParameters = {
  network: 'demo',
  protocol: 'paper',
  loss: { exif: true, manipulation: true },
  epochs: 6,
  batch: 8,
  optimizer: {
    name: 'adamw',
    learningRate: 4e-3,
    weightDecay: 1e-4,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  },
  schedule: { name: 'one-cycle', warmUp: 0.1 },
  heldOut: 20,
  checkpointSeconds: 1000,
  seed: 1,
};
const steps = 30; // 6 epochs of 5 batches

const inputs = await writeFaces(await temporaryFolder());

const run = (changes: Partial<PretrainParameters> = {}, host: TestHost = {}): Promise<StageOutcome> =>
  runStage(pretrain, { ...params, ...changes }, inputs, host);

async function pointsOf({ output }: StageOutcome): Promise<unknown[]> {
  const file = await readFile(join(output, 'curves.json'), 'utf8');
  return (JSON.parse(file) as { points: unknown[] }).points;
}

describe('pretrain', () => {
  it('writes a model with open batch size, its loss curve, and what the heads have learnt', async () => {
    const { output, metrics, progress } = await run({}, { marks: ['simulated'] });
    const bytes = await readFile(join(output, 'model.onnx'));
    const session = await openSession(bytes, { cpus: 1 });
    await session.close();
    expect(session.inputs).toEqual([{ name: 'image', type: 'float32', shape: ['N', 3, size, size] }]);
    expect(session.outputs).toEqual([
      { name: 'features', type: 'float32', shape: ['N', 64] },
      { name: 'heads', type: 'float32', shape: ['N', 5] },
    ]);
    const metadata = decodeModel(bytes).metadata.map(({ key, value }) => [key, value]);
    expect(metadata).toContainEqual(['marks', '["simulated"]']);
    expect(metadata).toContainEqual(['network', 'demo']);

    const { points } = JSON.parse(await readFile(join(output, 'curves.json'), 'utf8')) as {
      points: { step: number; loss: Record<string, number> }[];
    };
    expect(points.map(({ step }) => step)).toEqual([20, 30]);
    expect(Object.keys(points[0]?.loss ?? {})).toEqual(['loss.exif', 'loss.manipulation', 'total']);
    expect(progress.at(-1)).toMatchObject({ done: steps, total: steps, unit: 'steps' });
    expect([...metrics.keys()]).toEqual([
      'parameters',
      'loss.final',
      'ranking.aperture',
      'ranking.exposureTime',
      'ranking.iso',
      'manipulation.eyeFlip.auc',
      'manipulation.mouthFlipHorizontal.auc',
      'manipulation.mouthFlipVertical.auc',
      'manipulation.affine.auc',
      'manipulation.mean.auc',
    ]);
    // Brightness tells the aperture, stripes tell a manipulation.
    expect(metrics.get('ranking.aperture')?.value).toBeGreaterThan(0.8);
    expect(metrics.get('manipulation.mean.auc')?.value).toBeGreaterThan(0.9);
  });

  it('writes the same bytes with one core and with two', async () => {
    const [one, two] = [await run({}, { cpus: 1 }), await run({}, { cpus: 2 })];
    expect(await filesOf(one)).toEqual(await filesOf(two));
    expect(one.metrics).toEqual(two.metrics);
  });

  it('goes on where it was interrupted and ends with the same bytes', async () => {
    const undisturbed = await run();
    const checkpoint = await folderOfTest();
    const controller = new AbortController();
    const interrupted = run(
      {},
      {
        checkpoint,
        signal: controller.signal,
        progress: ({ done }) => {
          if (done === 13) controller.abort();
        },
      },
    );
    await expect(interrupted).rejects.toThrow('aborted');
    expect(await readdir(checkpoint)).toHaveLength(1);

    const seen: number[] = [];
    const resumed = await run({}, { checkpoint, progress: ({ done }) => seen.push(done) });
    expect(seen[0]).toBe(14);
    expect(resumed.log).toContain('resumed after step 13 of 30');
    expect(await filesOf(resumed)).toEqual(await filesOf(undisturbed));
  });

  it('ends a trial after the steps asked for, which are those of the whole, and tells what that would take', async () => {
    const [whole, trial] = [await run(), await run({ steps: 20 })];
    expect(await pointsOf(trial)).toEqual((await pointsOf(whole)).slice(0, 1));
    const words =
      /a step takes [\d.]+ s; at this rate 6 epochs over 200,000 photographs take [\d.]+ (s|min|h)/;
    expect(trial.progress.at(-1)).toMatchObject({ done: 20, total: 20 });
    expect(trial.progress.at(-1)?.note).toMatch(words);
    expect(trial.log.find((line) => line.startsWith('ended after step 20 of 30: '))).toMatch(words);
    expect(whole.log.join()).not.toMatch(words);
  });

  it('measures held-out faces during training, and keeps that as data', async () => {
    const measured = await run({ measure: { every: 2, unit: 'epoch', faces: 15 } });
    const { heldOut } = await curvesOf(measured);
    expect(heldOut.map(({ step }) => step)).toEqual([10, 20, 30]);
    expect(heldOut[2]?.ranking['aperture']).toBeGreaterThan(0.8);
    expect(heldOut[2]?.manipulation).toBeGreaterThan(0.8);
    expect(measured.log.join('\n')).toMatch(
      /^step 20 of 30: ranking aperture \d+ %, exposureTime \d+ %, iso \d+ %; manipulation AUC \d+ %$/m,
    );
    expect(measured.progress.at(-1)?.note).toMatch(
      /^loss \S+ \(exif \S+, manipulation \S+\), \S+ images\/s, 0 s left; held out: ranking aperture/,
    );
    // Looking changes nothing: the model is that of a run without.
    const [seen, unseen] = [await filesOf(measured), await filesOf(await run())];
    expect(seen['model.onnx']).toBe(unseen['model.onnx']);
  });

  it('stops early after measurements without a better one, with the weights of the best, also when interrupted', async () => {
    // The last steps at this rate make things worse.
    const changes = {
      epochs: 40,
      optimizer: { ...params.optimizer, learningRate: 0.05 },
      measure: { every: 3, unit: 'step', faces: 20, patience: 2 } as const,
    };
    const whole = await run(changes);
    const { heldOut } = await curvesOf(whole);
    const scores = heldOut.map(({ score }) => score);
    const best = scores.indexOf(Math.max(...scores));
    expect(scores.length - 1 - best).toBe(2);
    expect(heldOut.at(-1)?.step).toBeLessThan(200);
    expect(whole.log.join('\n')).toContain(
      `stopped early: the last 2 measurements were no better than at step ${heldOut[best]?.step}`,
    );

    const checkpoint = await temporaryFolder();
    const controller = new AbortController();
    const stopAt = (heldOut[best]?.step as number) + 1;
    const progress: TestHost['progress'] = ({ done }) => done === stopAt && controller.abort();
    await expect(run(changes, { checkpoint, signal: controller.signal, progress })).rejects.toThrow(
      'aborted',
    );
    const resumed = await run(changes, { checkpoint });
    expect(await filesOf(resumed)).toEqual(await filesOf(whole));
  });

  it('gives the untrained network with no epochs, whatever the losses', async () => {
    const { output, metrics } = await run({ epochs: 0, loss: { exif: false, manipulation: false } });
    expect(JSON.parse(await readFile(join(output, 'curves.json'), 'utf8'))).toEqual({
      points: [],
      heldOut: [],
    });
    expect(metrics.has('loss.final')).toBe(false);
    expect(metrics.get('parameters')?.value).toBe(139_653);
  });

  it.each([
    ['loss.exif', { exif: true, manipulation: false }],
    ['loss.manipulation', { exif: false, manipulation: true }],
  ])('learns by one loss alone: %s', async (name, loss) => {
    const { output } = await run({ loss, epochs: 1 });
    const { points } = JSON.parse(await readFile(join(output, 'curves.json'), 'utf8')) as {
      points: { loss: Record<string, number> }[];
    };
    expect(points.map(({ loss }) => Object.keys(loss))).toEqual([[name, 'total']]);
  });

  it('stops with the batch and the last checkpoint when the loss is no number', async () => {
    const optimizer = { ...params.optimizer, learningRate: 1e30 };
    const failure = await failureOf(
      run({ optimizer, checkpointSeconds: 1e-9 }, { checkpoint: await folderOfTest() }),
    );
    expect(failure.code).toBe('LOSS_NOT_FINITE');
    expect(failure.message).toMatch(/not a finite number at step \d+ of 30, epoch 0; .*checkpoint/);
    expect(failure.message.match(/\d\d\.jpg (original|eyeFlip|mouthFlip\w+|affine)/g)).toHaveLength(
      params.batch,
    );
  });

  it.each([
    { exif: true, manipulation: true },
    { exif: true, manipulation: false },
  ])('stops when a measurement meets a score that is no number: %o', async (loss) => {
    const failure = await failureOf(
      run({
        loss,
        optimizer: { ...params.optimizer, learningRate: 1e30 },
        measure: { every: 1, unit: 'step', faces: 4 },
      }),
    );
    expect(failure.code).toBe('LOSS_NOT_FINITE');
    expect(failure.message).toMatch(/^a score of a held-out face is not a finite number at step 1 of 30/);
  });

  it('trains in micro-batches, and says so in the model', async () => {
    const { output, metrics } = await run({ microBatch: 4, optimizer: { ...params.optimizer, clipNorm: 1 } });
    const { metadata } = decodeModel(await readFile(join(output, 'model.onnx')));
    expect(metadata).toContainEqual({ key: 'microBatch', value: '4' });
    expect(metrics.get('manipulation.mean.auc')?.value).toBeGreaterThan(0.9);
  });

  it('trains in shards to the same bytes whatever the number of workers, and says so in the model', async () => {
    const [one, two] = [await run({ shards: 2, workers: 1 }), await run({ shards: 2, workers: 2 })];
    expect(await filesOf(one)).toEqual(await filesOf(two));
    const { metadata } = decodeModel(await readFile(join(two.output, 'model.onnx')));
    expect(metadata).toContainEqual({ key: 'shards', value: '2' });
  });

  it('says before it starts how much memory it takes, and keeps checkpoints by steps', async () => {
    const checkpoint = await folderOfTest();
    const { log } = await run({ epochs: 2, checkpointSteps: 4, checkpointsKept: 2 }, { checkpoint });
    expect(log[1]).toMatch(/^needs about 0\.3 GB of memory, \d+\.\d free$/);
    expect(log.join('\n')).toMatch(/^\d+\.\d % of the time was spent waiting for pictures$/m);
    expect((await readdir(checkpoint)).toSorted()).toEqual(['training.checkpoint', 'training.checkpoint.1']);
  });

  it('starts from a file of weights, and says what it has and has not', async () => {
    const weights = join(await folderOfTest(), 'weights.safetensors');
    const bias = Float32Array.of(1, 2, 3, 4, 5);
    const header = Buffer.from(
      JSON.stringify({
        'model.heads.bias': { dtype: 'F32', shape: [5], data_offsets: [0, 20] },
        'model.text.bias': { dtype: 'F32', shape: [5], data_offsets: [0, 20] },
      }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    await writeFile(weights, Buffer.concat([length, header, Buffer.from(bias.buffer)]));
    const { output, log } = await runStage(pretrain, { ...params, epochs: 0 }, { ...inputs, weights });
    expect(log.join('\n')).toMatch(
      /1 parameters from the file of weights \(under model\.\); not in it \d+: .*; not in the network 1: model\.text\.bias/,
    );
    const { graph } = decodeModel(await readFile(join(output, 'model.onnx')));
    const stored = graph.constants.find(({ name }) => name === 'heads.bias')?.bytes as Uint8Array;
    expect(Buffer.from(stored).equals(Buffer.from(bias.buffer))).toBe(true);
  });

  it.each<[string, Partial<PretrainParameters>]>([
    ['MICRO_BATCH', { microBatch: 3 }],
    ['MICRO_BATCH', { shards: 4, microBatch: 4 }],
    ['SHARDS', { shards: 3 }],
    ['PATIENCE_BLIND', { heldOut: 0, measure: { every: 1, unit: 'epoch', faces: 20, patience: 1 } }],
    ['TRAINING_SET_SMALL', { heldOut: 55 }],
    ['LOSS_ABSENT', { loss: { exif: false, manipulation: false } }],
  ])('refuses what cannot be trained: %s', async (code, changes) => {
    expect(await failureOf(run(changes))).toMatchObject({ code });
  });

  it('refuses faces of photographs it does not know', async () => {
    const index = await folderOfTest();
    await writeFile(join(index, 'photos.json'), JSON.stringify({ photos: [], excluded: [] }));
    expect(await failureOf(runStage(pretrain, params, { ...inputs, index }))).toMatchObject({
      code: 'FACES_UNKNOWN',
    });
  });

  it('refuses pictures that do not match their list', async () => {
    const faces = await folderOfTest();
    await writeFile(
      join(faces, 'images.json'),
      JSON.stringify({ ids: ['00.jpg'], variants: ['original', 'affine'] }),
    );
    await writeNpy(join(faces, 'images.npy'), {
      type: '|u1',
      shape: [1, 3, 4, 4, 3],
      data: new Uint8Array(144),
    });
    expect(await failureOf(runStage(pretrain, params, { ...inputs, faces }))).toMatchObject({
      code: 'FACES_SHAPE',
    });
  });
});

async function curvesOf({ output }: StageOutcome): Promise<{ heldOut: readonly Measurement[] }> {
  return JSON.parse(await readFile(join(output, 'curves.json'), 'utf8')) as {
    heldOut: readonly Measurement[];
  };
}

/** The digests of the files written, by name. */
async function filesOf({ output }: StageOutcome): Promise<Record<string, string>> {
  const names = (await readdir(output)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, digest(await readFile(join(output, name)))] as const)),
  );
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Pictures of noise: brighter for larger apertures, more contrast for higher ISO; manipulated ones have stripes. */
async function writeFaces(root: string): Promise<{ index: string; faces: string }> {
  const [index, faces] = [join(root, 'index'), join(root, 'faces')];
  await Promise.all([mkdir(index), mkdir(faces)]);
  const random = randomOf(9);
  const data = new Uint8Array(count * 5 * size * size * 3);
  const photos = Array.from({ length: count }, (_, row) => {
    const [brightness, contrast] = [random.integer(8), random.integer(4)];
    const picture = 5 * size * size * 3;
    for (let i = 0; i < picture; i++) {
      const stripe = i >= picture / 5 && i % 6 < 3 ? 40 : 0;
      data[row * picture + i] = 50 + 15 * brightness + stripe + (5 + 5 * contrast) * random.between(-1, 1);
    }
    return {
      id: `${String(row).padStart(2, '0')}.jpg`,
      width: size,
      height: size,
      tags: {
        aperture: 2 ** (brightness / 2),
        exposureTime: 1 / (1 + random.integer(5)),
        focalLength: 50,
        iso: 100 * 2 ** contrast,
      },
      camera: 'test',
    };
  });
  await writeFile(join(index, 'photos.json'), JSON.stringify({ photos, excluded: [] }));
  const variants = ['original', 'eyeFlip', 'mouthFlipHorizontal', 'mouthFlipVertical', 'affine'];
  await writeFile(join(faces, 'images.json'), JSON.stringify({ ids: photos.map(({ id }) => id), variants }));
  await writeNpy(join(faces, 'images.npy'), { type: '|u1', shape: [count, 5, size, size, 3], data });
  return { index, faces };
}

const failureOf = (outcome: Promise<unknown>): Promise<{ code: string; message: string }> =>
  outcome.then(
    () => ({ code: 'none', message: 'it succeeded' }),
    (error: { failure: { code: string; message: string } }) => error.failure,
  );
