import { afterEach, expect, it, vi } from 'vitest';
import { thisMachine } from '../../../src/science/onnx/backend.ts';
import { setUpCuda } from '../../../src/science/onnx/set-up-cuda.ts';
import { folderOfTest } from '../../temporary-folder.ts';

const { signal } = new AbortController();

afterEach(() => {
  vi.unstubAllEnvs();
});

it('pipe setup cuda says what could not be had, from where, and how to get it behind a proxy or by hand', async () => {
  vi.stubEnv('GLOBAL_AGENT_HTTPS_PROXY', 'http://127.0.0.1:9');
  vi.stubEnv('GLOBAL_AGENT_HTTP_PROXY', 'http://127.0.0.1:9');
  const machine = { ...thisMachine(), platform: 'linux', arch: 'x64', libraries: await folderOfTest() };
  await expect(setUpCuda(signal, machine)).rejects.toMatchObject({
    failure: {
      code: 'SETUP_FAILED',
      message: expect.stringMatching(
        /OnnxRuntime\.Gpu\.Linux 1\.30\.0 \(cuda12\) from https:\S+: \w+/,
      ) as string,
      remedy: expect.stringMatching(/GLOBAL_AGENT_HTTPS_PROXY.*libonnxruntime_providers_cuda\.so/) as string,
    },
  });
});

it('pipe setup cuda says where there is nothing to get', async () => {
  const machine = { ...thisMachine(), platform: 'darwin', arch: 'arm64' };
  await expect(setUpCuda(signal, machine)).rejects.toThrow(/SETUP_UNSUPPORTED .*darwin arm64/);
});
