import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FailureError } from '../../../src/failure.ts';
import probe from '../../../probes/backend.ts';
import {
  cudaLibrary,
  readiness,
  settledBackend,
  thisMachine,
  type Machine,
} from '../../../src/science/onnx/backend.ts';
import { GraphBuilder } from '../../../src/science/onnx/graph.ts';
import { openSession, sessionSettings } from '../../../src/science/onnx/session.ts';
import { folderOfTest, writeTree } from '../../temporary-folder.ts';

const card = { 'driver/version': 'NVRM version', 'driver/gpus/0000:01:00.0/information': 'Model' };
const library = { [`libraries/${cudaLibrary}`]: '' };

async function machineWith(files: Record<string, string>, changes: Partial<Machine> = {}): Promise<Machine> {
  const folder = await folderOfTest();
  await writeTree(folder, files);
  return {
    platform: 'linux',
    arch: 'x64',
    visibleDevices: undefined,
    driver: join(folder, 'driver'),
    libraries: join(folder, 'libraries'),
    ...changes,
  };
}

describe('a backend', () => {
  it('of the graphics card is ready where its driver and the library are, and then auto stands for it', async () => {
    const machine = await machineWith({ ...card, ...library });
    expect(readiness('cuda', machine)).toEqual({ ready: true });
    expect(settledBackend('auto', machine)).toBe('cuda');
    expect(settledBackend('cpu', machine)).toBe('cpu');
    expect(settledBackend('webgpu', machine)).toBe('webgpu');
  });

  it.each<[string, Record<string, string>, Partial<Machine>, RegExp, RegExp]>([
    ['there is no card', library, {}, /no NVIDIA card/, /driver/],
    ['the library is not installed', card, {}, /libonnxruntime_providers_cuda\.so/, /pipe setup cuda/],
    [
      'every card is hidden',
      { ...card, ...library },
      { visibleDevices: '' },
      /CUDA_VISIBLE_DEVICES/,
      /unset/,
    ],
    [
      'every card is hidden by -1',
      { ...card, ...library },
      { visibleDevices: '-1' },
      /CUDA_VISIBLE/,
      /unset/,
    ],
    ['onnxruntime has none for it', { ...card, ...library }, { arch: 'arm64' }, /arm64/, /backend: cpu/],
  ])('is absent, with what to do, where %s; auto is then cpu', async (_, files, changes, message, remedy) => {
    const machine = await machineWith(files, changes);
    const found = readiness('cuda', machine);
    expect(found).toMatchObject({
      failure: {
        code: 'BACKEND_ABSENT',
        message: expect.stringMatching(message) as string,
        remedy: expect.stringMatching(remedy) as string,
      },
    });
    expect(settledBackend('auto', machine)).toBe('cpu');
  });

  it('that is absent fails when a session is opened on it, by name and not by falling back', async () => {
    const machine = thisMachine();
    const expected = readiness('cuda', machine).ready ? 'opened' : 'BACKEND_ABSENT';
    const opened = await openSession(tinyModel(), { cpus: 1, backend: 'cuda' }).then(
      (session) => session.close().then(() => 'opened'),
      (error: unknown) => (error as FailureError).failure.code,
    );
    expect(opened).toBe(expected);
  });

  it('is opened with a fallback for single operators to the processor, and the threads granted', () => {
    const options = { cpus: 3, staying: ['y'] };
    const common = {
      intraOpNumThreads: 3,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableMemPattern: false,
    };
    const cuda = sessionSettings(tinyModel(), { ...options, backend: 'cuda' });
    expect(cuda).toMatchObject({ ...common, executionProviders: ['cuda', 'cpu'] });
    expect(cuda).not.toHaveProperty('preferredOutputLocation');
    const webgpu = sessionSettings(tinyModel(), { ...options, backend: 'webgpu' });
    expect(webgpu).toMatchObject({
      ...common,
      executionProviders: [{ name: 'webgpu', preferredLayout: 'NCHW' }, 'cpu'],
      preferredOutputLocation: { y: 'gpu-buffer' },
    });
    expect(sessionSettings(tinyModel(), { cpus: 3 })).toMatchObject({ executionProviders: ['cpu'] });
  });

  it('that is a card is taken by its stage alone', () => {
    expect(probe.takes?.('cuda')).toEqual({ gpu: 1 });
    expect(probe.takes?.('webgpu')).toEqual({ webgpu: 1 });
    expect(probe.takes?.('cpu')).toEqual({});
  });

  it('auto is settled by the probe as by the stage itself', () => {
    expect(probe.settle('auto')).toBe(settledBackend('auto'));
    expect(probe.settle('webgpu')).toBe('webgpu');
  });
});

function tinyModel(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', [2]);
  graph.output('y', graph.node('Relu', [x]), [2]);
  return graph.model('tiny');
}
