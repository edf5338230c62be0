/** A project whose results are recorded on the branch main, and on a branch of it a toggle flipped. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { execa } from 'execa';
import { afterAll } from 'vitest';

import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

export const pipeline = `params:
  seed: 1
  model: { wide: true, noise: 0 }
stages:
  train:
    use: stages/train.js
    with: { ...: '\${model}', seed: '\${seed}' }
  score:
    use: stages/score.js
    inputs: { model: train, other: { from: train, set: { model.wide: false } } }
`;
const train = `
import { writeFileSync } from 'node:fs';
export default {
  async run({ params, output, metric, mark }) {
    const auc = (params.wide ? 80 : 60) + params.noise * ((params.seed * 7) % 5);
    writeFileSync(output + '/auc.txt', String(auc));
    mark('simulated');
    metric({ name: 'auc', value: auc, direction: 'higher', unit: 'percent', count: 50 });
    metric({ name: 'loss', value: 100 - auc, direction: 'lower', unit: '1' });
  },
};
`;
export const score = `
import { readFileSync, writeFileSync } from 'node:fs';
export default {
  async run({ inputs, output, metric }) {
    const auc = Number(readFileSync(inputs.one('model').path + '/auc.txt', 'utf8'));
    writeFileSync(output + '/score.txt', String(auc));
    metric({ name: 'score', value: auc / 10, direction: 'higher', unit: 'points' });
  },
};
`;

export async function repository(): Promise<string> {
  const root = await temporaryProject({
    'package.json': '{ "type": "module" }',
    'pipeline.yaml': pipeline,
    'stages/train.js': train,
    'stages/score.js': score,
    '.gitignore': 'artifacts/\n',
    'experiments/narrow.yaml': 'set: { model.wide: false }\n',
  });
  await git(root, 'init', '--quiet', '--initial-branch=main');
  return root;
}

export async function git(root: string, ...args: readonly string[]): Promise<void> {
  const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  await execa('git', [...identity, ...args], { cwd: root });
}

export async function commit(root: string): Promise<void> {
  await git(root, 'add', '.');
  await git(root, 'commit', '--quiet', '-m', 'Record');
}

export const flip = (root: string) =>
  writeFile(join(root, 'pipeline.yaml'), pipeline.replace('wide: true', 'wide: false'));

let template: string | undefined;
afterAll(async () => {
  if (template !== undefined) await rm(template, { recursive: true });
});

/** Recorded on main; on the branch the toggle is flipped and everything has run. Made once and copied. */
export async function flipped(): Promise<string> {
  template ??= await makeFlipped();
  const root = await temporaryProject({});
  await cp(template, root, { recursive: true, preserveTimestamps: true });
  return root;
}

async function makeFlipped(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'pipe-flipped-'));
  await cp(await repository(), root, { recursive: true });
  await pipe(root, ['run', 'score', '-q']);
  await pipe(root, ['record']);
  await commit(root);
  await git(root, 'checkout', '--quiet', '-b', 'narrow');
  await flip(root);
  await pipe(root, ['run', 'score', '-q']);
  return root;
}
