/**
 * What onnxruntime computes on: `cpu` is always there; `cuda` and `webgpu` are graphics cards by two roads. Each gives
 * numbers of its own, so that the backend of a result is a part of its key.
 *
 * Nothing here loads onnxruntime: whether a card is ready is told by files alone, in no time.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Failure } from '../../failure.ts';

export type Backend = 'cpu' | 'cuda' | 'webgpu';

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly failure: Failure };

/** Where to look; replaced in tests. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** What `CUDA_VISIBLE_DEVICES` says; undefined where it says nothing. */
  readonly visibleDevices: string | undefined;
  /** Where the NVIDIA driver tells of itself and its cards. */
  readonly driver: string;
  /** The folder of onnxruntime's own libraries. */
  readonly libraries: string;
}

export const cudaLibrary = 'libonnxruntime_providers_cuda.so';

/**
 * Whether all that a backend needs and that can be seen as a file is there; BACKEND_ABSENT with the remedy where not.
 * Of `webgpu` only opening a session can tell.
 */
export function readiness(backend: Backend, machine: Machine = thisMachine()): Readiness {
  if (backend === 'cpu') return { ready: true };
  const { platform, arch, visibleDevices, driver, libraries } = machine;
  if (backend === 'webgpu')
    return platform === 'linux' && arch !== 'x64'
      ? absent(backend, `onnxruntime-node has it on x64 alone, this is ${platform} ${arch}`, useTheProcessor)
      : { ready: true };
  if (platform !== 'linux' || arch !== 'x64')
    return absent(
      backend,
      `onnxruntime-node has it on linux x64 alone, this is ${platform} ${arch}`,
      useTheProcessor,
    );
  if (!existsSync(join(driver, 'version')) || countCards(driver) === 0)
    return absent(
      backend,
      'there is no NVIDIA card with a driver',
      `install the driver of the card, or ${useTheProcessor}`,
    );
  if (visibleDevices !== undefined && /^(-1.*|\s*)$/.test(visibleDevices))
    return absent(backend, 'CUDA_VISIBLE_DEVICES hides every card', 'unset CUDA_VISIBLE_DEVICES');
  if (!existsSync(join(libraries, cudaLibrary)))
    return absent(
      backend,
      `onnxruntime's ${cudaLibrary} is not installed`,
      `pipe setup cuda, or ${useTheProcessor}`,
    );
  return { ready: true };
}

/** `auto` is the card where it is ready, else the processor; WebGPU is used where it is asked for alone. */
export function settledBackend(wanted: 'auto' | Backend = 'cpu', machine?: Machine): Backend {
  if (wanted !== 'auto') return wanted;
  return readiness('cuda', machine).ready ? 'cuda' : 'cpu';
}

/** As `Failure`: what a backend lacks. */
export function backendAbsent(backend: Backend | 'tfjs', what: string, remedy: string): Failure {
  return { code: 'BACKEND_ABSENT', message: `cannot compute on ${backend}: ${what}`, remedy };
}

export const useTheProcessor = 'choose backend: cpu';

export function thisMachine(): Machine {
  return {
    platform: process.platform,
    arch: process.arch,
    visibleDevices: process.env['CUDA_VISIBLE_DEVICES'],
    driver: '/proc/driver/nvidia',
    libraries: librariesOf(process.platform, process.arch),
  };
}

function librariesOf(platform: string, arch: string): string {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return join(dirname(manifest), 'bin', 'napi-v6', platform, arch);
}

function countCards(driver: string): number {
  try {
    return readdirSync(join(driver, 'gpus')).length;
  } catch {
    return 0;
  }
}

const absent = (backend: Backend, what: string, remedy: string): Readiness => ({
  ready: false,
  failure: backendAbsent(backend, what, remedy),
});
