/** `pipe doctor`: what the stages can compute on here, what is missing, and the command that gets it. */
import { access } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { bytesInWords } from './bytes.ts';
import { exitCode } from './exit-code.ts';
import type { JsonOption } from './options.ts';

interface Finding {
  readonly what: string;
  readonly state: 'there' | 'missing';
  readonly detail: string;
  /** The command that gets what is missing. */
  readonly remedy?: string;
}

export async function doctor({ json }: JsonOption): Promise<number> {
  const findings = [node(), machine(), ...(await engines())];
  if (json === true) console.log(JSON.stringify(findings, null, 2));
  else
    for (const { what, state, detail, remedy } of findings)
      console.log(
        `${what.padEnd(12)} ${state.padEnd(8)} ${detail}${remedy === undefined ? '' : `\n${' '.repeat(22)}${remedy}`}`,
      );
  // Without a graphics card everything still runs.
  return findings.some(({ what, state }) => what === 'cpu' && state === 'missing')
    ? exitCode.workToDo
    : exitCode.ok;
}

const node = (): Finding => ({ what: 'node', state: 'there', detail: process.version });

function machine(): Finding {
  const memory = `${bytesInWords(process.availableMemory())} of memory free`;
  return { what: 'machine', state: 'there', detail: `${availableParallelism()} cores, ${memory}` };
}

/** onnxruntime and the kinds of devices it can use. */
async function engines(): Promise<Finding[]> {
  const require = createRequire(import.meta.url);
  try {
    const manifest = require.resolve('onnxruntime-node/package.json');
    const { version } = require(manifest) as { version: string };
    const { listSupportedBackends } = await import('onnxruntime-node');
    const bundled = listSupportedBackends().flatMap((backend) => (backend.bundled ? [backend.name] : []));
    const [library, card] = await Promise.all([
      exists(join(dirname(manifest), cudaLibrary())),
      exists('/dev/nvidiactl'),
    ]);
    return [
      found('cpu', bundled.includes('cpu'), `onnxruntime-node ${version}`),
      found('webgpu', bundled.includes('webgpu'), 'in onnxruntime-node; no stage uses it yet'),
      found('nvidia', card, 'a graphics card and its driver'),
      found(
        'cuda',
        library,
        "onnxruntime's libraries; no stage uses them yet",
        'node node_modules/onnxruntime-node/script/install.js',
      ),
    ];
  } catch (error) {
    const detail = `onnxruntime-node does not load: ${(error as Error).message.split('\n')[0]}`;
    return [{ what: 'cpu', state: 'missing', detail, remedy: 'npm install' }];
  }
}

function found(what: string, there: boolean, detail: string, remedy?: string): Finding {
  return {
    what,
    state: there ? 'there' : 'missing',
    detail,
    ...(there || remedy === undefined ? {} : { remedy }),
  };
}

const cudaLibrary = (): string =>
  join('bin', 'napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
