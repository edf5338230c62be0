/** `pipe gc --delete` where removing is hard. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { needs } from '../needs.ts';
import { temporaryProject } from '../temporary-project.ts';
import { ordinaryPipe, ordinaryProject, ordinaryShell } from './ordinary-user.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

const files = {
  'pipeline.yaml': `
params: { seed: 1 }
stages:
  a: { run: 'echo {{ with.seed }} > {{ output }}/out', with: { seed: '\${seed}' } }
  b: { run: 'cat {{ inputs.a }} > {{ output }}/out', inputs: { a: a/out } }
`,
};

/** Runs a script that may mount, with `$PIPE`; gives what it said. */
function unshared(root: string, script: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', 'exec unshare -rm sh -ec "$1"', 'sh', script], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', PIPE: `${process.execPath} ${program}` },
  });
  if (status !== 0) throw new Error(`${status}: ${stdout}${stderr}`);
  return stdout + stderr;
}

describe('pipe gc --delete', () => {
  it.each([
    ['bytes', 'size=1m', 'dd if=/dev/zero of=artifacts/filler bs=4k 2> /dev/null || true'],
    ['files', 'nr_inodes=100', 'i=0; while touch artifacts/filler-$i 2> /dev/null; do i=$((i+1)); done'],
  ])('makes room on a disk that is full of %s', async (_, size, fill) => {
    const root = await temporaryProject(files);
    const said = unshared(
      root,
      `mkdir artifacts; mount -t tmpfs -o ${size} tmpfs artifacts
      $PIPE run b -q; $PIPE run b -q -S seed=2
      ${fill}
      $PIPE gc --delete
      $PIPE verify`,
    );
    expect(said).toContain('removed 2 artifacts');
    expect(said).toContain('2 artifacts, 2 files, 4 B read: all as it was written');
  });

  it('removes the rest where something cannot be removed, and names that', async (context) => {
    needs(context, 'another user, who reaches the checkout');
    const root = await ordinaryProject(files);
    for (const seed of ['1', '2', '3']) await ordinaryPipe(root, 'run', 'b', '-S', `seed=${seed}`);
    expect(readdirSync(join(root, 'artifacts/a'))).toHaveLength(3);
    const foreign = join(root, 'artifacts/.store/trash/foreign');
    await ordinaryShell(root, 'mkdir -p artifacts/.store/trash');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'file'), '');
    const { code, stderr } = await ordinaryPipe(root, 'gc', '--delete');
    expect([code, readdirSync(join(root, 'artifacts/a'))]).toEqual([2, [expect.any(String)]]);
    expect(stderr).toContain('removed 4 artifacts');
    expect(stderr).toMatch(/trash\/foreign.*STORE_READ_ONLY/);
  });
});

describe('a store in a layer of a container, where no folder can be moved', () => {
  it('loses what is loose, and makes again what is damaged', async (context) => {
    needs(context, 'the right to mount');
    const root = await temporaryProject(files);
    const said = unshared(
      root,
      `mkdir below above
      mount -t tmpfs tmpfs above; mkdir above/upper above/work above/both
      cp pipeline.yaml below; cd below
      for seed in 1 2; do $PIPE run b -q -S seed=$seed; done
      mkdir -p artifacts/.store/locks/run@killed artifacts/.store/checkpoints artifacts/.store/work
      for inner in checkpoints work; do cp -r artifacts/a/* artifacts/.store/$inner; done
      cd ../above
      mount -t overlay -o lowerdir=../below,upperdir=upper,workdir=work,userxattr overlay both
      cd both
      $PIPE gc --delete
      for out in artifacts/a/*/files/out; do chmod 644 $out; echo damaged > $out; done
      $PIPE run b
      $PIPE verify; cat artifacts/a/*/files/out`,
    );
    expect(said).toContain('removed 2 artifacts and');
    expect(said).toContain('1 ran, 1 unchanged');
    expect(said).toContain('2 artifacts, 2 files, 4 B read: all as it was written');
  });
});
