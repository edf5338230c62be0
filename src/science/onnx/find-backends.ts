/** Which backends really compute here: each opens a session on a tiny graph, in a process of its own. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../command.ts';
import { readiness, type Backend } from './backend.ts';

/** What `try-backend.ts` writes. */
export interface Trial {
  readonly works: boolean;
  readonly detail: string;
}

const seconds = 120;

export async function findBackends(signal: AbortSignal): Promise<readonly Finding[]> {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const [cpu, webgpu, cuda, tfjs] = await Promise.all([
    tryBackend('cpu', signal),
    tryBackend('webgpu', signal),
    tryBackend('cuda', signal),
    tryBackend('tfjs', signal),
  ]);
  return [
    cpu.works
      ? { what: 'cpu', state: 'there', detail: `onnxruntime-node ${version}` }
      : { what: 'cpu', state: 'needed', detail: cpu.detail, remedy: 'npm install' },
    finding('webgpu', webgpu, `a session opens; choose it with -S backend=webgpu`, {
      remedy:
        "the card's driver (Vulkan, Metal or Direct3D 12); of a processor: Mesa 25, mesa-vulkan-drivers",
    }),
    finding('cuda', cuda, 'a session opens; backend: auto takes it', remedyOfCuda()),
    finding('tfjs', tfjs, `TensorFlow, ${tfjs.detail}; optional, -S pretrain.engine=tfjs trains on it`, {
      remedy:
        'optional: npm install --no-save --ignore-scripts @tensorflow/tfjs-node@4.22.0 node-api-headers, then pipe setup tensorflow',
    }),
  ];
}

function remedyOfCuda(): { readonly remedy?: string } {
  const found = readiness('cuda');
  if (found.ready) return { remedy: 'CUDA 12 and cuDNN 9 where the loader finds them (LD_LIBRARY_PATH)' };
  return found.failure.remedy === undefined ? {} : { remedy: found.failure.remedy };
}

const finding = (
  what: string,
  { works, detail }: Trial,
  there: string,
  remedy: { readonly remedy?: string },
): Finding =>
  works ? { what, state: 'there', detail: there } : { what, state: 'missing', detail, ...remedy };

/** A library that ends its process, or never returns, is a backend that does not work. */
function tryBackend(backend: Backend | 'tfjs', signal: AbortSignal): Promise<Trial> {
  const program = fileURLToPath(new URL('./try-backend.ts', import.meta.url));
  const args = ['--disable-warning=ExperimentalWarning', program, backend];
  const options = { signal, timeout: 1000 * seconds, encoding: 'utf8' } as const;
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, options, (error, stdout) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      if (last.startsWith('{')) return resolve(JSON.parse(last) as Trial);
      const how = error?.killed === true ? `gave no answer within ${seconds} s` : 'ended its process';
      resolve({ works: false, detail: `opening a session ${how}` });
    });
  });
}
