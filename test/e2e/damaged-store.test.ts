import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ordinaryPipe, ordinaryProject, ordinaryShell } from './ordinary-user.ts';

const files = {
  'pipeline.yaml': `
stages:
  a: { run: 'cat {{ inputs.data }} > {{ output }}/out; test ! -e fails', inputs: { data: ./in } }
  b: { run: 'cat {{ inputs.a }} {{ inputs.more }}/* > {{ output }}/out', inputs: { a: a/out, more: ./more } }
`,
  in: 'first\n',
  'more/1': '1\n',
  'more/2': '2\n',
};

const result = (root: string, text: string): boolean =>
  readdirSync(join(root, 'artifacts/b')).some(
    (key) => readFileSync(join(root, 'artifacts/b', key, 'files/out'), 'utf8') === text,
  );

/** Runs everything, then other input, and looks after the store: nothing may be called a fault of pipe. */
async function endsWell(root: string): Promise<void> {
  const said: string[] = [];
  const call = async (...words: readonly string[]): Promise<number> => {
    const { code, stdout, stderr } = await ordinaryPipe(root, ...words);
    said.push(`${words.join(' ')}: ${code}\n${stdout}${stderr}`);
    return code;
  };
  writeFileSync(join(root, 'in'), 'second\n');
  const codes = [await call('run', 'b'), await call('status'), await call('why', 'a'), await call('verify')];
  expect([...codes, await call('gc', '--delete')], said.join('\n')).toEqual([0, 0, 0, 0, 0]);
  expect(said.join('\n')).not.toContain('fault of pipe');
  expect(result(root, 'second\n1\n2\n')).toBe(true);
}

const garbage: readonly [string, string][] = [
  ['null', 'null'],
  [
    'a list of other things',
    '{}\nnull\n[1, null, {}, []]\n["a", "b", "../../..", "x", "y"]\n[[], [], [], []]\n',
  ],
  ['bytes that are no text', '\0\xff\xfe\0\0'.repeat(1000)],
  ['nothing', ''],
];

/** Every file of `.store` and every record of a run. */
const storedFiles = (root: string): readonly string[] =>
  ['artifacts/.store', 'artifacts/runs'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name)),
  );

async function usedStore(): Promise<string> {
  const root = await ordinaryProject({ ...files, fails: '' });
  await ordinaryPipe(root, 'run', 'b');
  await ordinaryShell(root, 'rm fails');
  await ordinaryPipe(root, 'run', 'b');
  await ordinaryPipe(root, 'run', 'b');
  // A lock and unfinished work that a killed run left.
  await ordinaryShell(
    root,
    'cd artifacts/.store; mkdir -p locks/a-1 work/a-1; echo x > locks/a-1/x; echo x > work/a-1/finished.json; echo x > failed-logs/a-1.txt',
  );
  return root;
}

describe('a store whose inner files hold anything', () => {
  it.each(garbage)('(%s) serves as before', async (_, text) => {
    const root = await usedStore();
    const stored = storedFiles(root);
    expect(stored.length).toBeGreaterThan(8);
    for (const file of stored) writeFileSync(file, text, 'latin1');
    await endsWell(root);
  });

  it('serves as before where folders stand for all of them', async () => {
    const root = await usedStore();
    const asFolder = 'rm "$1" && mkdir -p "$1/folder"';
    await ordinaryShell(
      root,
      `find artifacts/.store artifacts/runs -type f -exec sh -c '${asFolder}' sh {} \\;`,
    );
    expect(storedFiles(root)).toEqual([]);
    await endsWell(root);
  });

  it('serves as before where named pipes stand for all of them', async () => {
    const root = await usedStore();
    await ordinaryShell(
      root,
      `find artifacts/.store artifacts/runs -type f -exec sh -c 'rm "$1" && mkfifo "$1"' sh {} \\;`,
    );
    expect(storedFiles(root)).toEqual([]);
    await endsWell(root);
  });

  it.each([
    ['named pipes', 'mkfifo "$1"'],
    ['links to a file of mine', 'ln -s "$PWD/mine" "$1"'],
  ])('makes again what has %s for its manifest and log', async (_, replace) => {
    const root = await usedStore();
    writeFileSync(join(root, 'mine'), 'private\n');
    await ordinaryShell(
      root,
      `chmod -R u+w artifacts; find artifacts -name log.txt -exec sh -c 'rm "$1" && ${replace}' sh {} \\;`,
    );
    expect(await ordinaryPipe(root, 'log', 'a')).toEqual({ code: 0, stdout: '', stderr: '' });
    await ordinaryShell(
      root,
      `find artifacts -name manifest.json -exec sh -c 'rm "$1" && ${replace}' sh {} \\;`,
    );
    const codes = [];
    for (const word of ['verify', 'run', 'verify']) codes.push((await ordinaryPipe(root, word, 'b')).code);
    expect(codes).toEqual([4, 0, 0]);
  });

  it('writes nothing into a file that its own are links to', async () => {
    const root = await usedStore();
    writeFileSync(join(root, 'mine'), 'private\n', { mode: 0o666 });
    chmodSync(join(root, 'mine'), 0o666);
    await ordinaryShell(
      root,
      `find artifacts/.store artifacts/runs -type f -exec sh -c 'rm "$1" && ln -s "$PWD/mine" "$1"' sh {} \\;`,
    );
    await endsWell(root);
    expect(readFileSync(join(root, 'mine'), 'utf8')).toBe('private\n');
  });
});

describe('a record of a run that anybody may have written', () => {
  it('has no say in which file is shown as the log of what failed, and no event of another form', async () => {
    const root = await ordinaryProject({
      ...files,
      'pipeline.yaml': `stages: { a: { run: 'echo what it said; exit 1' } }\n`,
      mine: 'private\n',
    });
    await ordinaryPipe(root, 'run', 'a');
    const [journal] = readdirSync(join(root, 'artifacts/runs'));
    const file = join(root, 'artifacts/runs', journal as string);
    const told = readFileSync(file, 'utf8');
    const show = async (text: string): Promise<string> => {
      writeFileSync(file, text);
      const { code, stdout } = await ordinaryPipe(root, 'publish', '--dry-run');
      await ordinaryPipe(root, 'report', 'a');
      expect([code, (await ordinaryPipe(root, 'status')).code]).toEqual([4, 0]);
      return stdout + readFileSync(join(root, 'report.html'), 'utf8');
    };
    const elsewhere = await show(
      told.replace(/"log":"[^"]*"/, `"log":${JSON.stringify(join(root, 'mine'))}`),
    );
    expect(elsewhere).toContain('COMMAND');
    expect(elsewhere).not.toContain('private');
    expect(await show(told)).toContain('what it said');
    for (const odd of ['1e308', '{}']) {
      await show(told.replaceAll(/"at":\d+/g, `"at":${odd}`));
      await show(told.replaceAll(/"(failure|recipe|plan|counts)":/g, `"$1":${odd},"other":`));
    }
  });
});

describe('a store without permission', () => {
  it.each([
    ['.store', 0o000],
    ['.store/tree-index', 0o000],
    ['.store/locks', 0o000],
    ['a', 0o555],
    ['', 0o000],
  ])(
    '(%s with mode %o) is named with a place and a remedy, and serves as before once it is given back',
    async (part, mode) => {
      const root = await usedStore();
      const folder = join(root, 'artifacts', part);
      writeFileSync(join(root, 'in'), 'another\n');
      chmodSync(folder, mode);
      const told = [];
      for (const words of [['run', 'b'], ['verify'], ['gc', '--delete'], ['status']] as const) {
        const { code, stderr } = await ordinaryPipe(root, ...words);
        if (code !== 0) told.push(stderr);
      }
      for (const text of told) expect(text).toMatch(/artifacts.*STORE_[A-Z_]+ .*\(.*\)/);
      expect(told.join('')).not.toContain('fault of pipe');
      chmodSync(folder, 0o755);
      await endsWell(root);
    },
  );
});
