import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ordinaryPipe, ordinaryProject, ordinaryShell } from './ordinary-user.ts';
import type { Ended } from './pipe.ts';

/** A project whose only stage runs that script, with the file `in` as its input. */
const projectOf = (script: string, files: Readonly<Record<string, string>> = {}): Promise<string> =>
  ordinaryProject({
    'pipeline.yaml': `stages:\n  s:\n    run: sh ./script\n    files: [script]\n    inputs: { data: ./in }\n`,
    in: 'input\n',
    script,
    'outside/out': 'mine\n',
    'outside/files/x': 'mine\n',
    ...files,
  });

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function filesOf(root: string): string {
  const [key] = readdirSync(join(root, 'artifacts/s'));
  return join(root, 'artifacts/s', key as string, 'files');
}

const unfinished = (root: string): readonly string[] => readdirSync(join(root, 'artifacts/.store/work'));

describe('a stage that puts something else in the place of its output', () => {
  it.each([
    ['a link', 'rmdir "$PIPE_OUTPUT" && ln -s "$PWD/outside" "$PIPE_OUTPUT"', 'OUTPUT_LINK'],
    [
      'a link that leads nowhere',
      'rmdir "$PIPE_OUTPUT" && ln -s "$PWD/nowhere" "$PIPE_OUTPUT"',
      'OUTPUT_LINK',
    ],
    ['a file', 'rmdir "$PIPE_OUTPUT" && echo file > "$PIPE_OUTPUT"', 'OUTPUT_REPLACED'],
    ['a pipe', 'rmdir "$PIPE_OUTPUT" && mkfifo "$PIPE_OUTPUT"', 'OUTPUT_REPLACED'],
    ['nothing', 'rmdir "$PIPE_OUTPUT"', 'OUTPUT_REPLACED'],
    [
      'a link above it',
      'w=$(dirname "$PIPE_OUTPUT"); rm -r "$w"; ln -s "$PWD/outside" "$w"',
      'OUTPUT_REPLACED',
    ],
    [
      'a link further above',
      'w=$(dirname "$(dirname "$PIPE_OUTPUT")"); cp -r "$w" outside/work; mv "$w" outside/moved; ln -s "$PWD/outside/work" "$w"',
      'OUTPUT_REPLACED',
    ],
    ['a link inside it', 'ln -s "$PWD/outside" "$PIPE_OUTPUT/folder"', 'OUTPUT_LINK'],
  ])('(%s) fails by name, and nothing outside the store changes its mode', async (_, script, code) => {
    const root = await projectOf(script);
    const { code: end, stderr } = await ordinaryPipe(root, 'run', 's');
    expect([end, stderr]).toEqual([1, expect.stringContaining(code)]);
    expect(modeOf(join(root, 'outside/out')) & 0o200).toBe(0o200);
    expect(readFileSync(join(root, 'outside/out'), 'utf8')).toBe('mine\n');
    expect(modeOf(join(root, 'outside/files/x')) & 0o200).toBe(0o200);
    expect(existsSync(join(root, 'artifacts/s'))).toBe(false);

    writeFileSync(join(root, 'script'), 'echo well > "$PIPE_OUTPUT/out"');
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(readFileSync(join(filesOf(root), 'out'), 'utf8')).toBe('well\n');
    expect((await ordinaryPipe(root, 'gc', '--delete')).code).toBe(0);
  });

  it('finds an artifact damaged whose folder became a link to the same files', async () => {
    const root = await projectOf('echo well > "$PIPE_OUTPUT/out"');
    await ordinaryPipe(root, 'run', 's');
    const files = filesOf(root);
    await ordinaryShell(root, `mv ${files} elsewhere && ln -s "$PWD/elsewhere" ${files}`);
    expect((await ordinaryPipe(root, 'verify')).code).toBe(4);
    expect((await ordinaryPipe(root, 'run', 's')).stderr).toContain('1 ran');
    expect((await ordinaryPipe(root, 'verify')).code).toBe(0);
    expect(readFileSync(join(root, 'elsewhere/out'), 'utf8')).toBe('well\n');
  });
});

const outside = (root: string): Promise<Ended> => ordinaryShell(root, 'cd outside; find . | sort');

describe('a stage that puts a link in the place of a folder above its output', () => {
  const moved = '"$PWD/outside/moved"';
  const replacing = (folder: string): Promise<string> =>
    projectOf(
      `f=${folder}; cp -r "$f" ${moved}; chmod -R u+w "$f"; rm -rf "$f"; ln -s ${moved} "$f"; cd outside; find . | sort > ../seen`,
    );

  it.each([
    ['the one it stands in', '$(dirname "$PIPE_OUTPUT")'],
    ['the work', '"$PWD/artifacts/.store/work"'],
    ['the inner store', '"$PWD/artifacts/.store"'],
  ])('(%s) fails by name, and nothing is removed or written behind the link', async (_, folder) => {
    const root = await replacing(folder);
    const { code, stderr } = await ordinaryPipe(root, 'run', 's');
    expect([code, stderr]).toEqual([1, expect.stringContaining('OUTPUT_REPLACED')]);

    writeFileSync(join(root, 'script'), 'echo well > "$PIPE_OUTPUT/out"');
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(readFileSync(join(filesOf(root), 'out'), 'utf8')).toBe('well\n');
    expect((await ordinaryPipe(root, 'gc', '--delete')).code).toBe(0);
    expect(`${(await outside(root)).stdout}\n`).toBe(readFileSync(join(root, 'seen'), 'utf8'));
  });

  it('(the store, which may be a link by then) fails by name, and its work is left where it is', async () => {
    const root = await replacing('"$PWD/artifacts"');
    const { code, stderr } = await ordinaryPipe(root, 'run', 's');
    expect([code, stderr]).toEqual([1, expect.stringContaining('OUTPUT_REPLACED')]);
    const [work = 'none'] = /^.*\/work\/.*\/files$/m.exec(readFileSync(join(root, 'seen'), 'utf8')) ?? [];
    expect((await outside(root)).stdout.split('\n')).toContain(work);
  });

  it.each(['work', 'checkpoints', 'trash', 'spares', 'locks', 'failed-logs', 'tree-index', 'compiled'])(
    '(or a link to a folder of mine for .store/%s) has the next run write and remove nothing there',
    async (name) => {
      const root = await projectOf('echo well > "$PIPE_OUTPUT/out"');
      await ordinaryShell(
        root,
        `mkdir -p artifacts/.store outside/empty; ln -s "$PWD/outside" artifacts/.store/${name}`,
      );
      const before = await outside(root);
      expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
      writeFileSync(join(root, 'script'), 'exit 1');
      expect((await ordinaryPipe(root, 'run', 's')).code).toBe(1);
      expect((await ordinaryPipe(root, 'gc', '--delete')).code).toBe(0);
      expect(await outside(root)).toEqual(before);
    },
  );
});

describe('a stage that puts a link to something of mine', () => {
  it('in the place of its artifacts does not have them written there', async () => {
    const root = await projectOf('echo well > "$PIPE_OUTPUT/out"; ln -s "$PWD/outside" artifacts/s');
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(readdirSync(join(root, 'outside'))).toEqual(['files', 'out']);
    expect(readFileSync(join(filesOf(root), 'out'), 'utf8')).toBe('well\n');
  });

  it('in the place of its log has nothing told there', async () => {
    const log = '"$PIPE_OUTPUT/../log.txt"';
    const metrics = `echo '{ "loss": "none" }' > "$PIPE_OUTPUT/metrics.json"`;
    const root = await projectOf(`rm ${log}; ln -s "$PWD/outside/out" ${log}; ${metrics}`);
    const { stdout } = await ordinaryPipe(root, 'run', 's', '--json');
    expect(stdout).toContain('no metrics, for they are no numbers: loss');
    expect(readFileSync(join(root, 'outside/out'), 'utf8')).toBe('mine\n');
  });
});

describe('a file of an output with a second name', () => {
  it('(that of a file outside the project of the run) is copied: the mode outside stays, and an edit there damages nothing', async () => {
    const outside = 'outside/out';
    const root = await projectOf(`ln ${outside} "$PIPE_OUTPUT/out"`);
    const before = readFileSync(join(root, outside), 'utf8');
    const mode = modeOf(join(root, outside));
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(modeOf(join(root, outside))).toBe(mode);
    writeFileSync(join(root, outside), 'edited\n');
    expect(readFileSync(join(filesOf(root), 'out'), 'utf8')).toBe(before);
    expect(statSync(join(filesOf(root), 'out'))).toMatchObject({ nlink: 1 });
    expect((await ordinaryPipe(root, 'verify')).code).toBe(0);
  });

  it('(that of an input) is refused by name, and nothing of the input changes', async () => {
    const root = await projectOf('ln "$PIPE_INPUT_DATA" "$PIPE_OUTPUT/out"; echo ran >> ran');
    const before = readFileSync(join(root, 'in'), 'utf8');
    const mode = modeOf(join(root, 'in'));
    const { code, stderr } = await ordinaryPipe(root, 'run', 's');
    expect(code).toBe(1);
    expect(stderr).toContain('OUTPUT_LINK out is a second name (a hard link) of in');
    expect(readFileSync(join(root, 'ran'), 'utf8')).toBe('ran\n');
    expect([readFileSync(join(root, 'in'), 'utf8'), modeOf(join(root, 'in'))]).toEqual([before, mode]);
    expect(statSync(join(root, 'in'))).toMatchObject({ nlink: 1 });
  });

  it('(another of the output, one of the checkpoint, one in a closed folder) is copied', async () => {
    const root = await projectOf(`
      echo one > "$PIPE_OUTPUT/a"; ln "$PIPE_OUTPUT/a" "$PIPE_OUTPUT/b"
      echo two > "$PIPE_CHECKPOINT/c"; ln "$PIPE_CHECKPOINT/c" "$PIPE_OUTPUT/c"
      mkdir "$PIPE_OUTPUT/closed"; ln "$PIPE_OUTPUT/a" "$PIPE_OUTPUT/closed/d"; chmod 555 "$PIPE_OUTPUT/closed"`);
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    const files = filesOf(root);
    for (const name of ['a', 'b', 'c', 'closed/d']) {
      const { nlink, mode } = statSync(join(files, name));
      expect([name, nlink, mode & 0o777]).toEqual([name, 1, 0o444]);
    }
    expect(readFileSync(join(files, 'closed/d'), 'utf8')).toBe('one\n');
    expect((await ordinaryPipe(root, 'verify')).code).toBe(0);
  });

  it('is copied also where saving was cut short and the next run adopts it', async () => {
    // A file where the folder of the stage would be.
    const root = await projectOf('ln outside/out "$PIPE_OUTPUT/out"; echo ran >> ran', {
      'artifacts/s': '',
    });
    const first = await ordinaryPipe(root, 'run', 's');
    expect([first.code, first.stderr]).toEqual([1, expect.stringContaining('STORE_')]);
    await ordinaryShell(root, 'rm -f artifacts/s');
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(readFileSync(join(root, 'ran'), 'utf8')).toBe('ran\n');
    expect(statSync(join(filesOf(root), 'out')).nlink).toBe(1);
  });
});

describe('folders and files that their stage closed', () => {
  const closed = `
    mkdir -p "$PIPE_OUTPUT/a/b" "$PIPE_CHECKPOINT/c"; echo x > "$PIPE_OUTPUT/a/b/x"; echo y > "$PIPE_OUTPUT/y"; echo z > "$PIPE_CHECKPOINT/c/z"
    chmod 000 "$PIPE_OUTPUT/y"; chmod 555 "$PIPE_CHECKPOINT/c" "$PIPE_OUTPUT/a/b"; chmod 000 "$PIPE_CHECKPOINT" "$PIPE_OUTPUT/a"; chmod 555 "$PIPE_OUTPUT"
    test ! -e fails`;

  it('are kept, found whole, replaced where they are damaged, and removed', async () => {
    const root = await projectOf(closed);
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(readFileSync(join(filesOf(root), 'a/b/x'), 'utf8')).toBe('x\n');
    expect(readdirSync(join(root, 'artifacts/.store/checkpoints'))).toEqual([]);
    expect((await ordinaryPipe(root, 'verify')).code).toBe(0);
    await ordinaryShell(root, `chmod u+w ${filesOf(root)}/y; echo other > ${filesOf(root)}/y`);
    expect((await ordinaryPipe(root, 'run', 's')).stderr).toContain('1 ran');
    writeFileSync(join(root, 'in'), 'other\n');
    await ordinaryPipe(root, 'run', 's');
    writeFileSync(join(root, 'pipeline.yaml'), 'stages: { other: { run: "true" } }\n');
    expect(await ordinaryPipe(root, 'gc', '--delete')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('removed 2 artifacts') as string,
    });
    expect(readdirSync(join(root, 'artifacts/s'))).toEqual([]);
    expect(readdirSync(join(root, 'artifacts/.store/trash'))).toEqual([]);
  });

  it('of a stage that failed are in no next run’s way', async () => {
    const root = await projectOf(closed, { fails: '' });
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(1);
    expect(unfinished(root)).toEqual([]);
    await ordinaryShell(
      root,
      'rm fails; echo \'rm -rf "$PIPE_CHECKPOINT"/*; echo well > "$PIPE_OUTPUT/out"\' > script',
    );
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect((await ordinaryPipe(root, 'gc', '--delete')).code).toBe(0);
    expect(readdirSync(join(root, 'artifacts/.store/checkpoints'))).toEqual([]);
  });

  it.each([
    ['a link', 'rmdir "$PIPE_CHECKPOINT"; ln -s "$PWD/outside" "$PIPE_CHECKPOINT"'],
    ['a file', 'rmdir "$PIPE_CHECKPOINT"; echo file > "$PIPE_CHECKPOINT"'],
  ])('%s in the place of a checkpoint is handed to nobody', async (_, script) => {
    const root = await projectOf(`${script}; test ! -e fails`, { fails: '' });
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(1);
    await ordinaryShell(root, 'rm fails');
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    await ordinaryShell(
      root,
      'echo changed > in; echo \'echo kept > "$PIPE_CHECKPOINT/state"; exit 1\' > script',
    );
    await ordinaryPipe(root, 'run', 's');
    expect(readdirSync(join(root, 'outside'))).toEqual(['files', 'out']);
    expect((await ordinaryPipe(root, 'gc', '--delete')).code).toBe(0);
  });
});

const withLog = (log: string): string =>
  `log=$(dirname "$PIPE_OUTPUT")/log.txt; rm "$log"; ${log}; echo 1 > appeared; echo 1 > "$PIPE_OUTPUT/out"; `;

describe('a stage that puts something else in the place of its log', () => {
  it.each([
    ['a link', 'ln -s "$PWD/outside/out" "$log"'],
    ['a second name of a file', 'ln "$PWD/outside/out" "$log"'],
    ['a pipe', 'mkfifo "$log"'],
    ['a folder', 'mkdir "$log"'],
  ])('(%s) changes nothing outside the store and keeps nobody waiting', async (_, log) => {
    const root = await projectOf(withLog(log));
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(readFileSync(join(root, 'outside/out'), 'utf8')).toBe('mine\n');

    writeFileSync(join(root, 'script'), `${withLog(log)} exit 1`);
    const { code, stderr } = await ordinaryPipe(root, 'run', 's');
    expect([code, stderr]).toEqual([1, expect.stringContaining('COMMAND_FAILED')]);
    expect(stderr).not.toContain('mine');
    expect(readFileSync(join(root, 'outside/out'), 'utf8')).toBe('mine\n');
  });
});

it.each(['"$PIPE_OUTPUT/.."', '"$PIPE_OUTPUT/../.."', '"$PIPE_OUTPUT/../../.."', '"$PIPE_CHECKPOINT/.."'])(
  'a stage that closes a folder above its output or checkpoint (%s) is kept all the same',
  async (folder) => {
    const root = await projectOf(`echo 1 > "$PIPE_OUTPUT/out"; chmod 000 ${folder}`);
    const { code, stderr } = await ordinaryPipe(root, 'run', 's');
    expect([code, stderr]).toEqual([0, expect.stringContaining('1 ran')]);
    expect((await ordinaryPipe(root, 'run', 's')).stderr).toContain('1 unchanged');
  },
);

describe('a tree deeper than the longest path', () => {
  const deep = `for (const place of [process.env.PIPE_OUTPUT, process.env.PIPE_CHECKPOINT]) {
    process.chdir(place);
    for (let i = 0; i < 3000; i++) {
      require('fs').mkdirSync('deep');
      require('fs').writeFileSync('file', '');
      process.chdir('deep');
    }
  }`;

  it('is refused by name, removed, and stops no gc', async () => {
    const root = await projectOf(`${process.execPath} deep.cjs`, { 'deep.cjs': deep });
    const { code, stderr } = await ordinaryPipe(root, 'run', 's');
    expect([code, stderr]).toEqual([1, expect.stringContaining('PATH_TOO_LONG')]);
    expect(unfinished(root)).toEqual([]);
    expect((await ordinaryPipe(root, 'gc')).code).toBe(0);
    expect((await ordinaryPipe(root, 'gc', '--delete')).code).toBe(0);
    expect(readdirSync(join(root, 'artifacts/.store/checkpoints'))).toEqual([]);
  });
});

describe('names that are no text', () => {
  it('are refused, removed, and stop no gc', async () => {
    const root = await projectOf(`for place in "$PIPE_OUTPUT" "$PIPE_CHECKPOINT"; do
      mkdir -p "$place/$(printf 'f\\374')"; touch "$place/$(printf 'f\\374/g\\374')"; done`);
    const { code, stderr } = await ordinaryPipe(root, 'run', 's');
    expect([code, stderr]).toEqual([1, expect.stringContaining('NAME_NOT_UTF8')]);
    expect(unfinished(root)).toEqual([]);
    expect((await ordinaryPipe(root, 'gc', '--delete')).code).toBe(0);
    expect(readdirSync(join(root, 'artifacts/.store/checkpoints'))).toEqual([]);
  });
});

describe('what of its permissions an output keeps', () => {
  it('is that a file may be executed: the next stage can run a program that one made, and verify sees it lost', async () => {
    const root = await ordinaryProject({
      'pipeline.yaml': `stages:
  make: { run: 'printf "#!/bin/sh\\necho said\\n" > {{ output }}/say; chmod 700 {{ output }}/say; echo > {{ output }}/plain' }
  use: { run: '{{ inputs.say }} > {{ output }}/x', inputs: { say: make/say } }
`,
    });
    expect(await ordinaryPipe(root, 'run', 'use', '-q')).toMatchObject({ code: 0 });
    const folder = (stage: string): string =>
      join(root, 'artifacts', stage, readdirSync(join(root, 'artifacts', stage))[0] as string, 'files');
    expect(readFileSync(join(folder('use'), 'x'), 'utf8')).toBe('said\n');
    expect([modeOf(join(folder('make'), 'say')), modeOf(join(folder('make'), 'plain'))]).toEqual([
      0o555, 0o444,
    ]);
    await ordinaryShell(root, `chmod 444 '${join(folder('make'), 'say')}'`);
    const { code, stdout } = await ordinaryPipe(root, 'verify');
    expect([code, stdout]).toEqual([4, expect.stringContaining('files/say')]);
    expect((await ordinaryPipe(root, 'run', 'use', '-q')).code).toBe(0);
    expect((await ordinaryPipe(root, 'verify')).code).toBe(0);
  });

  it('is not that others may write into its folders', async () => {
    const root = await projectOf(
      'mkdir -m 1777 "$PIPE_OUTPUT/d"; echo > "$PIPE_OUTPUT/d/x"; chmod 777 "$PIPE_OUTPUT"',
    );
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    for (const name of ['.', 'd'])
      expect(statSync(join(filesOf(root), name)).mode & 0o1777).toBe(
        modeOf(join(root, 'artifacts/.store/work')),
      );
    expect((await ordinaryPipe(root, 'run', 's', '--json')).stdout).not.toContain('node-started');
  });
});
