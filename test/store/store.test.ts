import { chmodSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { openStore, type Artifact, type Store } from '../../src/store/store.ts';
import { sealManifest } from '../../src/store/manifest.ts';
import { graph, node, project, run } from '../run/project.ts';

const target = node('gmm', {
  run: 'mkdir $PIPE_OUTPUT/a; echo hello > $PIPE_OUTPUT/a/b; echo more > $PIPE_OUTPUT/c',
});

async function artifact(): Promise<{
  readonly root: string;
  readonly store: Store;
  readonly artifact: Artifact;
}> {
  const root = await project();
  const { targets } = await run(root, graph(target));
  return { root, store: await openStore(root), artifact: targets[0]?.artifact as Artifact };
}

/** Writes other bytes and sets the times back. */
function flip(path: string): void {
  const { atime, mtime } = statSync(path);
  const bytes = readFileSync(path);
  chmodSync(path, 0o644);
  bytes[0] = (bytes[0] as number) ^ 1;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
}

describe('find', () => {
  it.each<[string, string, (folder: string) => void]>([
    ['a missing file', 'files/c', (folder) => rmSync(join(folder, 'c'))],
    ['a flipped byte under a restored time', 'files/c', (folder) => flip(join(folder, 'c'))],
    ['a file too many', 'files/d', (folder) => writeFileSync(join(folder, 'd'), '')],
    ['a missing folder', 'files', (folder) => rmSync(folder, { recursive: true })],
  ])('finds %s', async (_, path, spoil) => {
    const { store, artifact: whole } = await artifact();
    spoil(whole.folder);
    expect(await store.find('gmm', whole.manifest.key)).toEqual({ kind: 'damaged', path });
  });

  it('takes an artifact whose files were touched, or whose index is gone', async () => {
    const { store, artifact: whole } = await artifact();
    utimesSync(join(whole.folder, 'c'), 1, 1);
    expect(await store.find('gmm', whole.manifest.key)).toMatchObject({ kind: 'found' });
    rmSync(join(store.folder, '.store'), { recursive: true });
    expect(await store.find('gmm', whole.manifest.key)).toMatchObject({ kind: 'found' });
  });

  it('has no artifact where the manifest is not whole', async () => {
    const { store, artifact: whole } = await artifact();
    const manifest = join(whole.folder, '../manifest.json');
    chmodSync(manifest, 0o644);
    writeFileSync(manifest, readFileSync(manifest, 'utf8').slice(0, 100));
    expect(await store.find('gmm', whole.manifest.key)).toEqual({ kind: 'absent' });
  });
});

describe('verify', () => {
  it('names nothing where every byte is as it was written', async () => {
    const { store, artifact: whole } = await artifact();
    expect(await store.verify(whole)).toEqual([]);
    expect(await store.verify(whole, 'a')).toEqual([]);
    expect(await store.verify(whole, 'a/b')).toEqual([]);
  });

  it('names what is damaged, in the part it is asked about', async () => {
    const { store, artifact: whole } = await artifact();
    flip(join(whole.folder, 'c'));
    rmSync(join(whole.folder, 'a/b'));
    expect(await store.verify(whole)).toEqual(['files/a', 'files/a/b', 'files/c']);
    expect(await store.verify(whole, 'c')).toEqual(['files/c']);
  });

  it('makes the next search find the damage, whatever the stat index knew', async () => {
    const { store, artifact: whole } = await artifact();
    flip(join(whole.folder, 'c'));
    await store.verify(whole);
    expect(await store.find('gmm', whole.manifest.key)).toEqual({ kind: 'damaged', path: 'files/c' });
  });
});

describe('the artifacts of a store', () => {
  it('are listed, found as the last of their node and stage, and removed', async () => {
    const { store, artifact: whole } = await artifact();
    const listed: Artifact[] = [];
    for await (const each of store.artifacts()) listed.push(each);
    expect(listed).toEqual([whole]);
    expect(await store.lastOfNode(target)).toEqual(whole);
    expect(await store.lastOfStage('gmm')).toEqual(whole);
    await store.remove(whole);
    expect(await store.find('gmm', whole.manifest.key)).toEqual({ kind: 'absent' });
    expect(await store.lastOfNode(target)).toBeUndefined();
  });

  it('are none where a manifest is of another place, and nothing is removed by its name', async () => {
    const { root, store, artifact: whole } = await artifact();
    const other = await run(root, graph(node('other', { run: 'echo other > $PIPE_OUTPUT/a' })));
    const kept = other.targets[0]?.artifact as Artifact;
    for (const change of [{ stage: 'other', key: kept.manifest.key }, { stage: '../../outside' }]) {
      const file = join(whole.folder, '../manifest.json');
      chmodSync(file, 0o644);
      writeFileSync(file, sealManifest({ ...whole.manifest, ...change }));
      const listed: Artifact[] = [];
      for await (const each of store.artifacts()) listed.push(each);
      expect(listed).toEqual([kept]);
      expect(await store.find('gmm', whole.manifest.key)).toEqual({ kind: 'absent' });
      await store.remove({ ...whole, manifest: { ...whole.manifest, ...change } });
      await run(root, graph(target));
    }
    expect(await store.find('other', kept.manifest.key)).toMatchObject({ kind: 'found' });
  });

  it('are none in a project that never ran, and looking creates nothing', async () => {
    const store = await openStore(await project());
    for await (const each of store.artifacts()) expect.fail(each.folder);
    expect(statSync(store.folder, { throwIfNoEntry: false })).toBeUndefined();
  });
});
