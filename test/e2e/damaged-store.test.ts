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
