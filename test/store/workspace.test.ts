import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { digestOf } from '../../src/graph/encoding.ts';
import type { StageResult } from '../../src/store/finished.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { Work } from '../../src/store/workspace.ts';
import { project, write } from '../run/project.ts';

const key = digestOf('key');
const work: Work = {
  stage: 'gmm',
  name: 'gmm',
  recipe: digestOf('recipe'),
  key,
  parts: {
    format: 1,
    code: { kind: 'command', command: '', files: [] },
    params: {},
    inputs: [],
    environment: {},
  },
};
const result: StageResult = {
  metrics: [{ name: 'auc', value: 0.5, direction: 'higher', unit: '1' }],
  marks: ['simulated'],
  display: null,
  times: { started: '2024-01-01T00:00:00.000Z', finished: '2024-01-01T00:00:01.000Z', seconds: 1 },
};

async function store(): Promise<Store> {
  return openStore(await project());
}

describe('a workspace', () => {
  it('becomes an artifact with everything the stage gave, read only', async () => {
    const kept = await store();
    const workspace = await kept.workspace(work);
    await write(workspace.output, { 'a/b.txt': 'hello' });
    writeFileSync(workspace.log, 'a line\n');
    await workspace.finish(result);
    await workspace.save(result);

    const lookup = await kept.find('gmm', key);
    expect(lookup).toMatchObject({
      kind: 'found',
      artifact: {
        manifest: {
          ...work,
          metrics: result.metrics,
          marks: ['simulated'],
          files: [{ path: 'a/b.txt', size: 5 }],
        },
      },
    });
    if (lookup.kind !== 'found') return;
    expect(readFileSync(join(lookup.artifact.folder, 'a/b.txt'), 'utf8')).toBe('hello');
    expect(statSync(join(lookup.artifact.folder, 'a/b.txt')).mode & 0o222).toBe(0);
    expect(readFileSync(lookup.artifact.log, 'utf8')).toBe('a line\n');
    expect(existsSync(join(lookup.artifact.folder, '..', 'finished.json'))).toBe(false);
  });

  it('is no artifact before it is saved, and starts empty again', async () => {
    const kept = await store();
    const first = await kept.workspace(work);
    await write(first.output, { half: '' });
    expect(await kept.find('gmm', key)).toEqual({ kind: 'absent' });
    const second = await kept.workspace(work);
    expect(second.finished).toBeUndefined();
    expect(existsSync(join(second.output, 'half'))).toBe(false);
  });

  it('leaves its note and its checkpoint folder to the next one, which is as new', async () => {
    const kept = await store();
    const first = await kept.workspace(work);
    await first.finish(result);
    await first.save(result);
    expect(readdirSync(kept.layout.spares)).toHaveLength(2);

    const other = { ...work, key: digestOf('other key') };
    const second = await kept.workspace(other);
    expect(readdirSync(kept.layout.spares)).toEqual([]);
    expect(readdirSync(second.checkpoint)).toEqual([]);
    expect(second).toMatchObject({ resumed: false, finished: undefined });
    expect((await kept.workspace(other)).finished).toBeUndefined();
  });

  it('finds what the next one did after its note had been a long one', async () => {
    const kept = await store();
    const first = await kept.workspace(work);
    const long = { ...result, metrics: Array.from({ length: 1000 }, () => result.metrics).flat() };
    await first.finish(long);
    await first.save(long);

    const other = { ...work, key: digestOf('other key') };
    await (await kept.workspace(other)).finish(result);
    expect((await kept.workspace(other)).finished).toMatchObject(result);
  });

  it('leaves nothing to the next one that has a checkpoint of its own', async () => {
    const kept = await store();
    const other = { ...work, key: digestOf('other key') };
    const interrupted = await kept.workspace(other);
    await write(interrupted.checkpoint, { state: 'half way' });
    await (await kept.workspace(work)).save(result);
    const resumed = await kept.workspace(other);
    expect(resumed.resumed).toBe(true);
    expect(readdirSync(resumed.checkpoint)).toEqual(['state']);
    await kept.flush();
    expect(readdirSync(kept.layout.spares)).toEqual([]);
  });

  it('leaves nothing behind after the run, and what a killed run left is swept', async () => {
    const kept = await store();
    const workspace = await kept.workspace(work);
    await workspace.finish(result);
    await workspace.save(result);
    await kept.flush();
    expect(readdirSync(kept.layout.spares)).toEqual([]);
    writeFileSync(join(kept.layout.spares, 'left'), '');
    await kept.sweep();
    expect(readdirSync(kept.layout.spares)).toEqual([]);
  });

  it('is adopted when its stage ended well and the run ended before it was saved', async () => {
    const kept = await store();
    const first = await kept.workspace(work);
    await write(first.output, { whole: 'bytes' });
    await first.finish(result);
    await kept.sweep();

    const second = await kept.workspace(work);
    expect(second.finished).toEqual(result);
    await second.save(result);
    expect(await kept.find('gmm', key)).toMatchObject({ kind: 'found' });
  });

  it('is not adopted when its files are not as the stage left them', async () => {
    const kept = await store();
    const first = await kept.workspace(work);
    await write(first.output, { whole: 'bytes' });
    await first.finish(result);
    await write(first.output, { whole: '' });
    expect((await kept.workspace(work)).finished).toBeUndefined();
  });

  it('hands its checkpoint to the next attempt and drops it once saved', async () => {
    const kept = await store();
    const first = await kept.workspace(work);
    expect(first.resumed).toBe(false);
    await write(first.checkpoint, { step: '7' });
    await first.fail();

    const second = await kept.workspace(work);
    expect(second.resumed).toBe(true);
    expect(readFileSync(join(second.checkpoint, 'step'), 'utf8')).toBe('7');
    await second.save(result);
    await kept.flush();
    expect(existsSync(second.checkpoint)).toBe(false);
  });

  it('keeps the log of a failure and nothing else of it', async () => {
    const kept = await store();
    const workspace = await kept.workspace(work);
    writeFileSync(workspace.log, 'went wrong\n');
    await write(workspace.output, { half: '' });
    expect(readFileSync(await workspace.fail(), 'utf8')).toBe('went wrong\n');
    expect(existsSync(workspace.output)).toBe(false);
  });

  it('does not keep a link', async () => {
    const workspace = await (await store()).workspace(work);
    symlinkSync('/etc/hostname', join(workspace.output, 'link'));
    await expect(workspace.finish(result)).rejects.toMatchObject({ failure: { code: 'OUTPUT_LINK' } });
  });
});

describe('sweep', () => {
  it('removes unfinished work that nobody is doing, and leaves what somebody does', async () => {
    const kept = await store();
    const mine = await kept.workspace(work);
    const other = { ...work, key: digestOf('other') };
    const lock = await kept.lock(other, { signal: new AbortController().signal, onHeld: () => undefined });
    const theirs = await kept.workspace(other);
    await kept.sweep();
    expect([existsSync(mine.output), existsSync(theirs.output)]).toEqual([false, true]);
    lock.release();
  });
});
