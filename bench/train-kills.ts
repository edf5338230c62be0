/**
 * Trains the demo network on a few made-up faces, killed with SIGKILL at random moments until it ends, and compares
 * the model's bytes with those of an undisturbed run.
 */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { randomOf } from '../src/science/random.ts';
import { report } from './measure.ts';

const lifetime = { least: 2, most: 6 }; // s
const program = fileURLToPath(new URL('./train/run.ts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'train-kills-'));
const random = randomOf(1, 'kills');
try {
  const undisturbed = await train('undisturbed', Infinity);
  let attempts = 0;
  let seconds = 0;
  for (let ended = false; !ended; attempts++) {
    const outcome = await train('killed', random.between(lifetime.least, lifetime.most));
    seconds += outcome.seconds;
    ended = outcome.ended;
  }
  const same = (await digest('killed')) === (await digest('undisturbed'));
  if (!same) process.exitCode = 1;
  report({
    suite: 'train-kills',
    case: '20 epochs of the demo network',
    seconds,
    against: 'undisturbed',
    againstSeconds: undisturbed.seconds,
    note: `${attempts - 1} kills; the model's bytes are ${same ? 'the same' : 'DIFFERENT'}`,
  });
} finally {
  await rm(folder, { recursive: true });
}

async function train(name: string, limit: number): Promise<{ ended: boolean; seconds: number }> {
  const work = join(folder, name);
  await rm(join(work, 'output'), { recursive: true, force: true });
  await Promise.all(['output', 'checkpoint'].map((part) => mkdir(join(work, part), { recursive: true })));
  const start = performance.now();
  const { exitCode } = await execa(process.execPath, [program, work], {
    reject: false,
    stderr: 'inherit',
    killSignal: 'SIGKILL',
    ...(limit === Infinity ? {} : { timeout: 1000 * limit }),
  });
  return { ended: exitCode === 0, seconds: (performance.now() - start) / 1000 };
}

async function digest(name: string): Promise<string> {
  const bytes = await readFile(join(folder, name, 'output', 'model.onnx'));
  return createHash('sha256').update(bytes).digest('hex');
}
