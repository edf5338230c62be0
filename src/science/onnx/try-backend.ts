/** Tries the backend named on the command line on a tiny graph; the last line it writes is a `Trial`. */
import { FailureError } from '../../failure.ts';
import { loadTfjs } from '../tfjs/library.ts';
import type { Backend } from './backend.ts';
import type { Trial } from './find-backends.ts';
import { GraphBuilder } from './graph.ts';
import { floatTensor, openSession } from './session.ts';

const backend = process.argv[2] as Backend | 'tfjs';
const trial = await attempt(backend).catch((error: unknown): Trial => ({
  works: false,
  detail: reasonOf(error),
}));
console.log(JSON.stringify(trial));

/** relu(-1, 2) is (0, 2). */
async function attempt(backend: Backend | 'tfjs'): Promise<Trial> {
  const given = Float32Array.of(-1, 2);
  const found = backend === 'tfjs' ? await reluOfTfjs(given) : await reluOfSession(given, backend);
  const right = found.values[0] === 0 && found.values[1] === 2;
  return {
    works: right,
    detail: right ? found.detail : `relu(-1, 2) came out as (${found.values.join(', ')})`,
  };
}

interface Found {
  readonly values: Float32Array;
  readonly detail: string;
}

async function reluOfSession(given: Float32Array, backend: Backend): Promise<Found> {
  const graph = new GraphBuilder();
  graph.output('y', graph.node('Relu', [graph.input('x', [2])]), [2]);
  const session = await openSession(graph.model('trial'), { cpus: 1, backend });
  const { y } = await session.run({ x: floatTensor(given, [2]) });
  await session.close();
  return { values: y?.data as Float32Array, detail: '' };
}

async function reluOfTfjs(given: Float32Array): Promise<Found> {
  const tf = loadTfjs();
  return {
    values: await tf.tensor(given, [2]).relu().data(),
    detail: `tfjs ${tf.version.tfjs}, ${tf.getBackend()}`,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof FailureError) return error.failure.message;
  return (error as Error).message.split('\n', 1)[0] as string;
}
