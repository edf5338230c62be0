import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { RunEvent } from '../../src/run/event.ts';
import { needs } from '../needs.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';
import { runnerProject, start, until } from './runner-project.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

/** Runs a script with `$PIPE`. */
const runScript = (root: string, script: string): void => {
  execFileSync('sh', ['-c', script], {
    cwd: root,
    env: { ...process.env, PIPE: `${process.execPath} ${program}` },
  });
};
/** The same where it may mount; the script is without single quotes. */
const runUnshared = (root: string, script: string): void => runScript(root, `unshare -rm sh -c '${script}'`);

const eventsIn = (text: string): readonly RunEvent[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);

const copy = {
  'pipeline.yaml': `
stages:
  copy:
    run: cat "$PIPE_INPUT_DATA" > "$PIPE_OUTPUT/copy"
    inputs: { data: ./data }
`,
  data: 'old\n',
};

/** What the file holds in the artifacts below the folder, one after the other. */
const textOf = (root: string, folder: string, file: string): string => {
  const keys = readdirSync(join(root, folder)).toSorted();
  return keys.map((key) => readFileSync(join(root, folder, key, 'files', file), 'utf8')).join('');
};
const copied = (root: string): string => textOf(root, 'artifacts/copy', 'copy');

describe('a full disk', () => {
  const files = {
    'pipeline.yaml': `
stages:
  fills:
    # Its manifest takes more room than the files in which it is told its parameters and inputs, and which go when it ends.
    run: echo ran >> ran; echo whole > "$PIPE_OUTPUT/x"; (cd "$PIPE_OUTPUT" && touch $(seq 200)); dd if=/dev/zero of=artifacts/filler bs=4k 2> /dev/null || true
`,
  };

  it('while saving is said clearly, keeps nothing half, and the finished output is adopted when there is room', async (context) => {
    needs(context, 'the right to mount');
    const root = await temporaryProject({ ...files, 'artifacts/.keep': '' });
    const script = `mount -t tmpfs -o size=1m tmpfs artifacts
      $PIPE run fills --json > first || true
      ls artifacts > between
      rm artifacts/filler
      $PIPE run fills --json > second
      cp -r artifacts/fills kept`;
    runUnshared(root, script);
    const [first, second] = ['first', 'second'].map((name) =>
      eventsIn(readFileSync(join(root, name), 'utf8')),
    );
    expect(first?.find(({ kind }) => kind === 'node-failed')).toMatchObject({
      reason: 'store-unwritable',
      failure: { code: 'STORE_FULL' },
    });
    expect(readFileSync(join(root, 'between'), 'utf8')).not.toContain('fills');
    expect(second?.find(({ kind }) => kind === 'node-finished')).toMatchObject({ adopted: true });
    expect(textOf(root, 'kept', 'x')).toBe('whole\n');
    expect(readFileSync(join(root, 'ran'), 'utf8')).toBe('ran\n');
  });

  it('or a limit on the size of files keeps nothing half either', async () => {
    const root = await temporaryProject(copy);
    runScript(root, "(trap '' XFSZ; ulimit -f 1; $PIPE run copy --json > first) || true");
    expect(existsSync(join(root, 'artifacts/copy'))).toBe(false);
    await pipe(root, ['run', 'copy']);
    expect(copied(root)).toBe('old\n');
  });
});

describe('a read-only store', () => {
  // A mode stops everybody but root.
  const byMode = process.getuid?.() !== 0;
  it('is a clear error when something has to run, and none when nothing has', async (context) => {
    if (!byMode) needs(context, 'the right to mount');
    const root = await temporaryProject(copy);
    await pipe(root, ['run', 'copy']);
    const script = `${byMode ? 'chmod -R a-w artifacts' : 'mount --bind artifacts artifacts; mount -o remount,ro,bind artifacts artifacts'}
      $PIPE run copy --json > nothing
      echo new > data
      $PIPE run copy --json > something || true
      ${byMode ? 'chmod -R u+w artifacts' : 'true'}`;
    (byMode ? runScript : runUnshared)(root, script);
    const nothing = eventsIn(readFileSync(join(root, 'nothing'), 'utf8'));
    expect(nothing.map(({ kind }) => kind)).toEqual(['run-started', 'node-hit', 'run-finished']);
    const something = eventsIn(readFileSync(join(root, 'something'), 'utf8'));
    expect(something.find(({ kind }) => kind === 'node-failed')).toMatchObject({
      reason: 'store-unwritable',
      failure: { code: 'STORE_READ_ONLY' },
    });
    expect(copied(root)).toBe('old\n');
  });
});

describe('a clock that is set back', () => {
  it('hides no change of an input', async () => {
    const root = await temporaryProject({
      ...copy,
      'back.mjs': 'const { now } = Date; Date.now = () => now() - 3_600_000;',
    });
    const back = { NODE_OPTIONS: `--import=${join(root, 'back.mjs')}` };
    await pipe(root, ['run', 'copy']);
    writeFileSync(join(root, 'data'), 'new\n');
    expect((await pipe(root, ['run', 'copy'], back)).stderr).toContain('1 ran');
    writeFileSync(join(root, 'data'), 'odd\n');
    expect((await pipe(root, ['run', 'copy'], back)).stderr).toContain('1 ran');
    expect((await pipe(root, ['run', 'copy'])).stderr).toContain('0 ran');
    expect(copied(root).split('\n').toSorted()).toEqual(['', 'new', 'odd', 'old']);
  });
});

describe('a large folder that changes between two looks of a run', () => {
  it('is never taken for what it was: the run that found one file changed does it once more when another does too', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `data/${i}`);
    const root = await runnerProject(
      `  joined:
    run: cat {{ inputs.data }}/* > {{ output }}/all; test ! -e wait || { echo read; while test ! -e go; do sleep 0.01; done; }
    inputs: { data: ./data }
`,
      Object.fromEntries(names.map((name) => [name, 'old\n'])),
    );
    const write = (name: string): void => {
      const { atimeMs, mtimeMs } = statSync(join(root, name));
      writeFileSync(join(root, name), 'new\n');
      utimesSync(join(root, name), atimeMs / 1000, mtimeMs / 1000);
    };
    await pipe(root, ['run', 'joined']);
    // Kept with the looks of the folder: the next run begins with a look at it.
    expect((await pipe(root, ['run', 'joined'])).stderr).toContain('1 unchanged');
    write('data/7');
    writeFileSync(join(root, 'wait'), '');
    const run = start(root, 'joined');
    await run.event('node-log');
    write('data/211');
    writeFileSync(join(root, 'go'), '');
    const { events } = await run.ended;
    expect(events.find(({ kind }) => kind === 'node-retried')).toMatchObject({
      failure: { code: 'INPUT_CHANGED', message: 'data/211 changed while the stage ran' },
    });
    const made = events.find(({ kind }) => kind === 'node-finished') as { readonly folder: string };
    expect(readFileSync(join(made.folder, 'all'), 'utf8').match(/new/g)).toHaveLength(2);
    expect((await pipe(root, ['run', 'joined'])).stderr).toContain('1 unchanged');
  });
});

describe('a lock of a dead process', () => {
  it('is recovered, also when its number is taken by another process by now', async () => {
    const root = await temporaryProject(copy);
    const locks = join(root, 'artifacts/.store/locks');
    await pipe(root, ['run', 'copy']);
    const { key } = JSON.parse(
      readFileSync(
        join(root, 'artifacts/copy', readdirSync(join(root, 'artifacts/copy'))[0] as string, 'manifest.json'),
        'utf8',
      ),
    ) as { key: string };
    rmSync(join(root, 'artifacts/copy'), { recursive: true });
    for (const pid of [2 ** 22 + 1, process.pid]) {
      const record = {
        pid,
        host: hostname(),
        since: 1,
        started: 'another',
      };
      cpSync(join(root, 'data'), join(locks, `copy-${key.slice(0, 32)}`, String(pid)));
      writeFileSync(join(locks, `copy-${key.slice(0, 32)}`, String(pid)), JSON.stringify(record));
    }
    expect((await pipe(root, ['run', 'copy'])).stderr).toContain('1 ran');
    expect(existsSync(join(locks, `copy-${key.slice(0, 32)}`))).toBe(false);
  });
});

describe('a copy of a project with its store', () => {
  it('finds everything done where it stands, and a damaged file all the same', async () => {
    const root = await temporaryProject(copy);
    const elsewhere = await temporaryProject({});
    await pipe(root, ['run', 'copy']);
    execFileSync('cp', ['-a', `${root}/.`, elsewhere]);
    expect((await pipe(elsewhere, ['run', 'copy'])).stderr).toContain('0 ran, 1 unchanged');
    const folder = join(
      elsewhere,
      'artifacts/copy',
      readdirSync(join(elsewhere, 'artifacts/copy'))[0] as string,
    );
    chmodSync(join(folder, 'files/copy'), 0o644);
    writeFileSync(join(folder, 'files/copy'), 'bad\n');
    expect((await pipe(elsewhere, ['run', 'copy'])).stderr).toContain('1 ran');
    expect(copied(elsewhere)).toBe('old\n');
  });
});

describe('a clone elsewhere that shares the store', () => {
  it('takes what the other has made, and each goes its own way after', async () => {
    const [one, other, store] = await Promise.all([
      temporaryProject(copy),
      temporaryProject(copy),
      temporaryProject({}),
    ]);
    for (const root of [one, other]) symlinkSync(store, join(root, 'artifacts'));
    expect((await pipe(one, ['run', 'copy'])).stderr).toContain('1 ran');
    expect((await pipe(other, ['run', 'copy'])).stderr).toContain('0 ran, 1 unchanged');
    writeFileSync(join(other, 'data'), 'new\n');
    expect((await pipe(other, ['run', 'copy'])).stderr).toContain('1 ran');
    expect((await pipe(one, ['run', 'copy'])).stderr).toContain('0 ran, 1 unchanged');
  });
});

describe('a run that is killed while it saves', () => {
  it('loses no work: the next one adopts the finished output', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': `
params: { try: 0 }
stages:
  large:
    run: echo ran >> ran; for i in $(seq 400); do dd if=/dev/zero of={{ output }}/$i bs=64k count=1 2> /dev/null; done
    with: { try: "\${try}" }
`,
    });
    const work = join(root, 'artifacts/.store/work');
    // The moment is short: a run that was quicker than the kill is tried again under another key.
    for (let attempt = 0; attempt < 20; attempt++) {
      const run = start(root, 'large', '-S', `try=${attempt}`);
      const finished = (): boolean =>
        existsSync(work) && readdirSync(work).some((name) => existsSync(join(work, name, 'finished.json')));
      let ended = false;
      void run.ended.then(() => (ended = true));
      await until(() => finished() || ended);
      run.kill('SIGKILL');
      if ((await run.ended).signal !== 'SIGKILL' || !finished()) continue;
      rmSync(join(root, 'ran'));
      const { events } = await start(root, 'large', '-S', `try=${attempt}`).ended;
      expect(events.find(({ kind }) => kind === 'node-finished')).toMatchObject({
        adopted: true,
        files: 400,
      });
      expect(existsSync(join(root, 'ran'))).toBe(false);
      expect((await pipe(root, ['verify'])).code).toBe(0);
      return;
    }
    expect.unreachable('no kill came between the end of the stage and that of saving');
  });
});
