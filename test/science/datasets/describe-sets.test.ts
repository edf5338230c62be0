import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { failed, success } from '../../../src/failure.ts';
import { readNpy } from '../../../src/science/array/npy.ts';
import {
  describeSets,
  type Describer,
  type ImageSet,
  type Prepare,
  type SetIndex,
} from '../../../src/science/datasets/describe-sets.ts';
import type { StageProgress } from '../../../src/stage.ts';
import { folderOfTest } from '../../temporary-folder.ts';

let output: string;
beforeEach(async () => {
  output = await folderOfTest();
});

/** Two pixels of value n for the image called "n"; "broken" is unreadable. */
const prepare: Prepare = async (file) => {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (name === 'broken') return failed({ code: 'IMAGE_TRUNCATED', message: 'ends early', place: file });
  await sleep(Number(name) % 3);
  return success(Uint8Array.of(Number(name), Number(name)));
};
/** Twice the first pixel, and how many images came with it. */
const describer: Describer = {
  width: 2,
  describe: (images, count) =>
    Float32Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? 2 * (images[i] as number) : count)),
};
/** As `prepare`, but the image train/1 brings everything down. */
const thrower: Prepare = (file, name) =>
  name === 'train/1' ? Promise.reject(new Error('disk gone')) : prepare(file, name);
const sets: ImageSet[] = [
  { name: 'train', root: '/photos', ids: ['5', '4', 'broken', '2', '1'] },
  { name: 'generated-test/LDM', root: '/fakes', ids: ['7'] },
];
const settings = (
  more: { batch?: number; cpus?: number; progress?: (update: StageProgress) => void } = {},
) => ({
  output,
  batch: 2,
  cpus: 3,
  signal: new AbortController().signal,
  progress: () => undefined,
  ...more,
});
const features = async (name: string) => readNpy(join(output, name, 'features.npy'), '<f4');

describe('describeSets', () => {
  it('writes the rows in the order of the ids, and says what was left out', async () => {
    const indices = await describeSets(sets, prepare, describer, settings());
    const train = await features('train');
    expect(train.shape).toEqual([4, 2]);
    expect([...train.data]).toEqual([10, 2, 8, 2, 4, 1, 2, 1]);
    expect((await features('generated-test/LDM')).shape).toEqual([1, 2]);
    const index = JSON.parse(await readFile(join(output, 'train/index.json'), 'utf8')) as SetIndex;
    expect(index).toEqual({
      ids: ['5', '4', '2', '1'],
      excluded: [{ id: 'broken', code: 'IMAGE_TRUNCATED', reason: 'ends early' }],
    });
    expect(indices[0]).toEqual(index);
  });

  it('writes the same bytes whatever the number of cores', async () => {
    await describeSets(sets, prepare, describer, settings({ cpus: 1 }));
    const one = await readFile(join(output, 'train/features.npy'));
    await rm(output, { recursive: true });
    await describeSets(sets, prepare, describer, settings({ cpus: 4 }));
    expect(await readFile(join(output, 'train/features.npy'))).toEqual(one);
  });

  it('writes no rows for a set without readable images', async () => {
    await describeSets([{ name: 'test', root: '/', ids: ['broken'] }], prepare, describer, settings());
    expect((await features('test')).shape).toEqual([0, 2]);
  });

  it('gives every image a name of its own', async () => {
    const names: string[] = [];
    const remember: Prepare = async (file, name) => {
      names.push(name);
      return prepare(file, name);
    };
    await describeSets(sets, remember, describer, settings());
    expect(names.toSorted()).toEqual([
      'generated-test/LDM/7',
      'train/1',
      'train/2',
      'train/4',
      'train/5',
      'train/broken',
    ]);
  });

  it('counts its progress over all sets', async () => {
    const seen: string[] = [];
    await describeSets(
      sets,
      prepare,
      describer,
      settings({ progress: (p) => seen.push(`${p.done}/${p.total}`) }),
    );
    expect(seen).toEqual(['2/6', '4/6', '5/6', '6/6']);
  });

  it('passes on what the describer throws, after the reading ahead has ended', async () => {
    let reading = 0;
    const slow: Prepare = async (file, name) => {
      reading++;
      await sleep(5);
      reading--;
      return prepare(file, name);
    };
    const broken: Describer = { width: 2, describe: () => Promise.reject(new Error('no memory')) };
    await expect(describeSets(sets, slow, broken, settings())).rejects.toThrow('no memory');
    expect(reading).toBe(0);
  });

  it('passes on what reading ahead throws', async () => {
    const slow: Describer = {
      width: 2,
      describe: async (images, count) => {
        await sleep(5);
        return describer.describe(images, count);
      },
    };
    await expect(describeSets(sets, thrower, slow, settings())).rejects.toThrow('disk gone');
  });

  it('stops between batches when it is cancelled', async () => {
    const cancel = new AbortController();
    let batches = 0;
    const cancelling: Describer = {
      width: 2,
      describe: (images, count) => {
        batches++;
        cancel.abort();
        return describer.describe(images, count);
      },
    };
    await expect(
      describeSets(sets, prepare, cancelling, { ...settings(), signal: cancel.signal }),
    ).rejects.toThrow(/abort/i);
    expect(batches).toBe(1);
  });
});
