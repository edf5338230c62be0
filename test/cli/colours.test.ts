import { describe, expect, it } from 'vitest';

import { pipe } from '../e2e/pipe.ts';
import { temporaryFolder, writeTree } from '../temporary-folder.ts';

const files = {
  'pipeline.yaml': `stages:
  a: { run: 'echo "{\\"score\\": 1}" > {{ output }}/metrics.json' }
  f: { run: 'exit 3' }
`,
};
const escape = '\u001B[';

const project = await writeTree(await temporaryFolder(), files);
await pipe(project, ['run', 'a']);

/** What standard output and standard error hold of escape codes. */
async function coloured(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly [stdout: boolean, stderr: boolean]> {
  const { stdout, stderr } = await pipe(project, args, environment);
  return [stdout.includes(escape), stderr.includes(escape)];
}

describe('colours, where nobody looks on', () => {
  it.each([
    {},
    { NO_COLOR: '' },
    { NO_COLOR: '1' },
    { CI: 'true' },
    { TERM: 'xterm-256color' },
    { FORCE_COLOR: '0' },
    { FORCE_COLOR: 'false' },
  ])('are left out with %o', async (environment) => {
    expect(await coloured(['plan', 'a'], environment)).toEqual([false, false]);
    expect(await coloured(['show', 'a'], environment)).toEqual([false, false]);
    expect(await coloured(['run', 'f'], environment)).toEqual([false, false]);
  });

  it.each([
    { FORCE_COLOR: '1' },
    { FORCE_COLOR: '2' },
    { FORCE_COLOR: '3' },
    { FORCE_COLOR: 'true' },
    { FORCE_COLOR: '' },
    { FORCE_COLOR: '1', NO_COLOR: '' },
    { FORCE_COLOR: '1', TERM: 'dumb' },
    { FORCE_COLOR: '1', CI: 'true' },
    { FORCE_COLOR: '1', GITHUB_ACTIONS: 'true' },
  ])('are there with %o', async (environment) => {
    expect(await coloured(['plan', 'a'], environment)).toEqual([true, false]);
    expect(await coloured(['show', 'a'], environment)).toEqual([true, false]);
    expect(await coloured(['run', 'f'], environment)).toEqual([false, true]);
  });

  it('never get into JSON', async () => {
    for (const args of [
      ['plan', 'a', '--json'],
      ['run', 'a', '--json'],
    ])
      expect((await coloured(args, { FORCE_COLOR: '3' }))[0]).toBe(false);
  });

  it('change no word', async () => {
    const plain = await pipe(project, ['plan', 'a', 'f']);
    const bright = await pipe(project, ['plan', 'a', 'f'], { FORCE_COLOR: '3' });
    // oxlint-disable-next-line no-control-regex
    expect(bright.stdout.replace(/\u001B\[\d+m/g, '')).toBe(plain.stdout);
  });
});
