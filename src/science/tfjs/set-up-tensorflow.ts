/**
 * Builds the addon of `@tensorflow/tfjs-node` against an installed TensorFlow: the wheel of `tensorflow` or
 * `tensorflow-cpu` brings the C headers and `libtensorflow_cc`, the package its two sources; one call of g++ joins
 * them. The package's own install step downloads a TensorFlow of 2022 instead.
 */
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FailureError } from '../../failure.ts';
import { tfjsPackages } from './library.ts';

export interface TensorFlowSetup {
  readonly signal: AbortSignal;
  /** A file whose `node_modules` hold the package; this one where absent. */
  readonly from?: string | URL;
  /** The folder of Python's package; that of `$PYTHON` or `python3` where absent. */
  readonly tensorflow?: string;
}

const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** Gives the addon and the TensorFlow it is bound to. Throws SETUP_UNSUPPORTED, SETUP_LACKS, SETUP_FAILED. */
export async function setUpTensorFlow({
  signal,
  from = import.meta.url,
  ...given
}: TensorFlowSetup): Promise<{ readonly addon: string; readonly tensorflow: string }> {
  if (process.platform !== 'linux')
    throw new FailureError({
      code: 'SETUP_UNSUPPORTED',
      message: `the addon is built this way on linux alone, this is ${process.platform}`,
      remedy: 'npm install @tensorflow/tfjs-node, with its own install step, or choose engine: onnxruntime',
    });
  const require = createRequire(from);
  const folder = tfjsFolder(require);
  const tensorflow = given.tensorflow ?? (await tensorflowFolder(signal));
  for (const file of [...libraries, 'include/tensorflow/c/c_api.h'])
    if (!existsSync(join(tensorflow, file)))
      throw lacks(`${join(tensorflow, file)} is not there`, 'pip install tensorflow-cpu (2.21 was tried)');

  const addon = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
  await mkdir(dirname(addon), { recursive: true });
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join('binding', file));
  const includes = [nodeHeaders(require), join(tensorflow, 'include'), '.'].map((path) => `-I${path}`);
  const options = ['-std=c++17', '-O2', '-shared', '-fPIC', '-DNAPI_VERSION=8'];
  const linked = [`-L${tensorflow}`, ...libraries.map((name) => `-l:${name}`), `-Wl,-rpath,${tensorflow}`];
  const { exitCode, all, code } = await execa(
    'g++',
    [...options, ...includes, ...sources, '-o', addon, ...linked],
    { cwd: folder, all: true, reject: false, cancelSignal: signal },
  );
  signal.throwIfAborted();
  if (code === 'ENOENT') throw lacks('there is no g++', 'install a C++ compiler: apt install g++');
  if (exitCode !== 0)
    throw new FailureError({
      code: 'SETUP_FAILED',
      message: `g++ could not build the addon: ${/.*error.*/.exec(all ?? '')?.[0] ?? 'no reason given'}`,
      place: folder,
      remedy: 'tfjs-node 4.22.0 and TensorFlow 2.21 were tried',
    });
  return { addon, tensorflow };
}

function tfjsFolder(require: NodeJS.Require): string {
  for (const name of tfjsPackages) {
    try {
      return dirname(require.resolve(`${name}/package.json`));
    } catch {
      // The next, or the error below.
    }
  }
  throw lacks(
    `${tfjsPackages.join(' and ')} are not installed`,
    'npm install --no-save --ignore-scripts @tensorflow/tfjs-node@4.22.0 node-api-headers',
  );
}

/** Found without importing it, which takes seconds. */
async function tensorflowFolder(signal: AbortSignal): Promise<string> {
  const python = process.env['PYTHON'] ?? 'python3';
  const program =
    'import importlib.util as u; s = u.find_spec("tensorflow"); print(s.submodule_search_locations[0] if s else "")';
  const { stdout, failed } = await execa(python, ['-c', program], { reject: false, cancelSignal: signal });
  signal.throwIfAborted();
  if (!failed && stdout !== '') return stdout;
  throw lacks(
    `${python} has no TensorFlow`,
    'pip install tensorflow-cpu, or name the Python that has it: PYTHON=venv/bin/python pipe setup tensorflow',
  );
}

function nodeHeaders(require: NodeJS.Require): string {
  const places = [
    ...headersOfPackage(require),
    join(dirname(process.execPath), '..', 'include', 'node'),
    '/usr/include/node',
    '/usr/local/include/node',
  ];
  const found = places.find((place) => existsSync(join(place, 'node_api.h')));
  if (found !== undefined) return found;
  throw lacks("Node's headers (node_api.h) are not there", 'npm install --no-save node-api-headers');
}

function headersOfPackage(require: NodeJS.Require): string[] {
  try {
    return [join(dirname(require.resolve('node-api-headers/package.json')), 'include')];
  } catch {
    return [];
  }
}

const lacks = (message: string, remedy: string): FailureError =>
  new FailureError({ code: 'SETUP_LACKS', message, remedy });
