import { readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkpointFile, loadCheckpoint, saveCheckpoint } from '../../../src/science/network/checkpoint.ts';
import { layOut } from '../../../src/science/network/layout.ts';
import { demoNetwork } from '../../../src/science/network/networks.ts';
import { initialParameters } from '../../../src/science/network/parameters.ts';
import type { TrainingState } from '../../../src/science/network/training-state.ts';
import { folderOfTest } from '../../temporary-folder.ts';

const layout = layOut(demoNetwork([2, 2, 2], 3), 16);
let folder: string;
beforeEach(async () => {
  folder = await folderOfTest();
});

function state(seed: number): TrainingState {
  const parameters = initialParameters(layout, seed);
  const like = (add: number): Float32Array => parameters.weights.data.map((value) => value + add);
  return { parameters, moments: { first: like(1), second: like(2) }, step: seed };
}

describe('a checkpoint', () => {
  it('gives back the state and what was recorded with it', async () => {
    await saveCheckpoint(folder, 'work', state(1), { note: 'é\n' });
    const restored = state(2);
    expect(await loadCheckpoint(folder, 'work', restored)).toEqual({ note: 'é\n' });
    expect(restored).toEqual(state(1));
  });

  it('leaves one file, the last one saved', async () => {
    await saveCheckpoint(folder, 'work', state(1), null);
    await saveCheckpoint(folder, 'work', state(3), 3);
    const restored = state(2);
    expect(await loadCheckpoint(folder, 'work', restored)).toBe(3);
    expect(restored.step).toBe(3);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('is kept beside newer ones, and stands in for one that is damaged', async () => {
    for (const step of [1, 2, 3, 4]) await saveCheckpoint(folder, 'work', state(step), step, 3);
    expect(await readdir(folder)).toHaveLength(3);
    await writeFile(checkpointFile(folder), 'damaged');
    const restored = state(9);
    expect(await loadCheckpoint(folder, 'work', restored, 3)).toBe(3);
    expect(restored).toEqual(state(3));
  });

  it('is not used when it is absent, of other work, of another network, or damaged', async () => {
    const untouched = state(2);
    expect(await loadCheckpoint(folder, 'work', untouched)).toBeUndefined();

    await saveCheckpoint(folder, 'work', state(1), null);
    expect(await loadCheckpoint(folder, 'other work', untouched)).toBeUndefined();
    const smaller = layOut(demoNetwork([2, 2, 2], 2), 16);
    const other = { ...state(2), parameters: initialParameters(smaller, 2) };
    expect(await loadCheckpoint(folder, 'work', other)).toBeUndefined();

    const bytes = await readFile(checkpointFile(folder));
    await writeFile(checkpointFile(folder), bytes.subarray(0, -1));
    expect(await loadCheckpoint(folder, 'work', untouched)).toBeUndefined();
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    await writeFile(checkpointFile(folder), bytes);
    expect(await loadCheckpoint(folder, 'work', untouched)).toBeUndefined();
    expect(untouched).toEqual(state(2));
  });
});
