/** Writes through a mapping that was made before a run: they change no time. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { needs } from '../needs.ts';
import { pipe } from './pipe.ts';
import { runnerProject, start } from './runner-project.ts';

/** Maps a file, writes A for the first ? in it, and B for that when it is told to. */
const program = `
import mmap, sys
with open(sys.argv[1], 'r+b') as file:
    mapping = mmap.mmap(file.fileno(), 0)
    at = mapping.find(b'?')
    mapping[at:at + 1] = b'A'
    print('mapped', flush=True)
    sys.stdin.readline()
    mapping[at:at + 1] = b'B'
    mapping.flush()
    mapping.close()
`;

interface Writer {
  /** Has it write B; resolves when it has ended. */
  writeOn(): Promise<void>;
}

async function mapped(file: string): Promise<Writer> {
  const child = spawn('python3', ['-c', program, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return {
    async writeOn() {
      child.stdin.end('on\n');
      await ended;
    },
  };
}

const resultOf = async (
  root: string,
  ...options: readonly string[]
): Promise<{ readonly out: string; readonly ran: string }> => {
  const { stdout, stderr } = await pipe(root, ['run', 's', ...options]);
  return {
    out: readFileSync(join(root, stdout.split('\n').at(-1) ?? '', 'out'), 'utf8').trim(),
    ran: /(\d+ ran, \d+ unchanged)/.exec(stderr)?.[1] ?? stderr,
  };
};

beforeEach((context) => needs(context, 'python3'));

describe('run --read-inputs', () => {
  it('finds an input that was written to through a mapping, and so do the runs after it', async () => {
    const root = await runnerProject(
      `  s: { run: "cat {{ inputs.data }} > {{ output }}/out", inputs: { data: ./data } }`,
      { data: '?hello' },
    );
    const writer = await mapped(join(root, 'data'));
    expect(await resultOf(root)).toEqual({ out: 'Ahello', ran: '1 ran, 0 unchanged' });
    expect(await resultOf(root, '--read-inputs')).toEqual({ out: 'Ahello', ran: '0 ran, 1 unchanged' });
    await writer.writeOn();
    expect(await resultOf(root, '--read-inputs')).toEqual({ out: 'Bhello', ran: '1 ran, 0 unchanged' });
    expect(await resultOf(root)).toEqual({ out: 'Bhello', ran: '0 ran, 1 unchanged' });
  });

  it('finds a module that was written to so', async () => {
    const root = await runnerProject('  s: { use: stages/s.ts }', {
      'stages/s.ts':
        "import { writeFileSync } from 'node:fs'; import { v } from './v.ts'; export default { run({ output }: any) { writeFileSync(output + '/out', v); } };",
      'stages/v.ts': "export const v = '?';",
    });
    const writer = await mapped(join(root, 'stages/v.ts'));
    expect(await resultOf(root)).toEqual({ out: 'A', ran: '1 ran, 0 unchanged' });
    await writer.writeOn();
    expect(await resultOf(root, '--read-inputs')).toEqual({ out: 'B', ran: '1 ran, 0 unchanged' });
  });

  it('has a stage run once more whose input was written to so while it ran', async () => {
    const root = await runnerProject(
      `  s:
    run: cat {{ inputs.data }} > {{ output }}/out; echo has read; while test ! -e go; do sleep 0.01; done
    inputs: { data: ./data }`,
      { data: '?hello' },
    );
    const writer = await mapped(join(root, 'data'));
    const run = start(root, 's', '--read-inputs');
    await run.event('node-log');
    await writer.writeOn();
    writeFileSync(join(root, 'go'), '');
    const { events } = await run.ended;
    expect(events.find(({ kind }) => kind === 'node-retried')).toMatchObject({
      failure: { code: 'INPUT_CHANGED', message: 'data changed while the stage ran' },
    });
    expect((await resultOf(root, '--read-inputs')).out).toBe('Bhello');
  });
});
