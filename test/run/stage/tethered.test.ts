import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { runTethered, type ChildEnd } from '../../../src/run/stage/tethered.ts';
import { needs } from '../../needs.ts';

/** What the command writes to its standard output, and how it ends. */
async function shell(text: string): Promise<ChildEnd & { lines: readonly string[] }> {
  const lines: string[] = [];
  const end = await runTethered({
    command: { kind: 'shell', text },
    cwd: import.meta.dirname,
    env: { PATH: process.env['PATH'] ?? '' },
    folders: [],
    signal: new AbortController().signal,
    onLine: (_stream, line) => lines.push(line),
  });
  return { ...end, lines };
}

/** The children of this process that wait for its end. */
const watchers = (): readonly number[] =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => (line.includes("groups=' '") ? [Number.parseInt(line, 10)] : []));

describe('a command', () => {
  it('leads a group of its own, hears nothing and has no way to the watcher', async (context) => {
    needs(context, 'ps');
    const { lines, exitCode } = await shell(
      'echo $$; ps -o pgid= -p $$; cat; (: >&3) 2>/dev/null || echo closed',
    );
    const [pid, group, ...rest] = lines.map((line) => line.trim());
    expect(group).toBe(pid);
    expect(rest).toEqual(['closed']);
    expect(exitCode).toBe(0);
  });

  it('is heard piece by piece where it never ends its line', async () => {
    const { lines } = await shell('head -c 1000000 /dev/zero | tr "\\0" x');
    expect(lines.join('')).toBe('x'.repeat(1e6));
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(200_000);
  });

  it('is watched by another where the watcher was killed', async (context) => {
    needs(context, 'ps');
    await shell('true');
    const [first] = watchers();
    process.kill(first as number, 'SIGKILL');
    const ended = shell('sleep 0.5; exit 3');
    await expect.poll(watchers).toEqual([expect.not.toSatisfy((pid) => pid === first)]);
    expect(await ended).toMatchObject({ exitCode: 3, signal: null });
  });
});
