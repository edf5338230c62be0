import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { readPart } from '../../../src/store/check-artifact.ts';
import type { Artifact } from '../../../src/store/artifact.ts';
import { ordinaryPipe, ordinaryProject } from '../../e2e/ordinary-user.ts';
import { needs } from '../../needs.ts';
import { eventsOf, graph, isRunning, node, project, run, write, type Ran } from '../project.ts';

const pidIn = (root: string): number => Number(readFileSync(join(root, 'pid'), 'utf8'));
const logOf = (ran: Ran): string =>
  eventsOf(ran, 'node-log')
    .map(({ line }) => line)
    .join('\n');

/** Its number goes to `pid` first of all; the stage waits for that. */
const untilThere = 'while [ ! -s "$ROOT/pid" ]; do sleep 0.01; done; sleep 0.1';
const says = 'echo $$ > "$ROOT/pid"';

/** Whatever of it is found on this system writes once a moment, for longer than the test. */
const writer = (to: string): string => `${says}; while sleep 0.02; do echo more >> ${to} || exit; done`;

const ways: readonly [string, string][] = [
  [
    'in a session of its own',
    `setsid sh -c '${writer('"$PIPE_OUTPUT/x"')}' > /dev/null 2>&1 & ${untilThere}`,
  ],
  ['twice removed', `(setsid sh -c '(${writer('"$PIPE_OUTPUT/x"')}) &' > /dev/null 2>&1 &) ; ${untilThere}`],
  [
    'with a cleared environment, holding the file',
    `env -i ROOT="$ROOT" PATH="$PATH" setsid sh -c '${writer('/dev/stdout')}' >> "$PIPE_OUTPUT/x" 2> /dev/null & ${untilThere}`,
  ],
  [
    'with a cleared environment, told where to write',
    `env -i ROOT="$ROOT" PATH="$PATH" setsid sh -c '${writer('"$1"')}' sh "$PIPE_OUTPUT/x" > /dev/null 2>&1 & ${untilThere}`,
  ],
  [
    'with a cleared environment, from the output folder',
    `(cd "$PIPE_OUTPUT" && exec env -i ROOT="$ROOT" PATH="$PATH" setsid sh -c '${writer('x')}' > /dev/null 2>&1) & ${untilThere}`,
  ],
  [
    'with a cleared environment, holding the standard output',
    `env -i ROOT="$ROOT" PATH="$PATH" setsid sh -c '${says}; sleep 600' & ${untilThere}`,
  ],
  [
    'that would not end when asked',
    `setsid sh -c 'trap "" TERM HUP INT; ${writer('"$PIPE_OUTPUT/x"')}' & ${untilThere}`,
  ],
];

describe('a process that left its group and goes on when its stage has ended well', () => {
  it.each(ways)('(%s) is ended before anything is digested, and the log says so', async (_, text) => {
    const root = await project();
    const stage = node('s', { run: `export ROOT='${root}'; echo first > $PIPE_OUTPUT/x; ${text}` });
    const ran = await run(root, graph(stage));
    expect(ran.failures).toEqual([]);
    expect(isRunning(pidIn(root))).toBe(false);
    expect(logOf(ran)).toContain('ended what was left running: process ');
    expect(await readPart(ran.targets[0]?.artifact as Artifact, null)).toMatchObject({ kind: 'whole' });
  });

  it('(which keeps a mapping of the file alone) is ended likewise', async (context) => {
    needs(context, 'python3');
    const root = await project({
      'daemon.py': `
import mmap, os, time
file = os.open(input(), os.O_RDWR)
memory = mmap.mmap(file, 5)
os.closerange(0, 100)
with open('pid', 'w') as told: told.write(str(os.getpid()))
for _ in range(600): time.sleep(.02); memory[0:5] = b'later'
`,
    });
    const daemon = `echo "$PIPE_OUTPUT/x" | env -i PATH="$PATH" setsid python3 daemon.py > /dev/null 2>&1 &`;
    const stage = node('s', {
      run: `export ROOT='${root}'; echo first > $PIPE_OUTPUT/x; ${daemon} ${untilThere}`,
    });
    const ran = await run(root, graph(stage));
    expect(isRunning(pidIn(root))).toBe(false);
    expect(logOf(ran)).toContain('ended what was left running: process ');
    expect(await readPart(ran.targets[0]?.artifact as Artifact, null)).toMatchObject({ kind: 'whole' });
  });

  it('(of a module) is ended likewise', async () => {
    const root = await project({
      'stages/s.ts': `
        import { spawn } from 'node:child_process';
        import { existsSync, writeFileSync } from 'node:fs';
        export default {
          async run({ output }: any): Promise<void> {
            writeFileSync(output + '/x', 'first');
            const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
            writeFileSync('pid', String(child.pid));
            child.unref();
          },
        };`,
    });
    const ran = await run(root, graph(node('s', { use: 'stages/s.ts' })));
    expect(ran.status).toBe('ok');
    expect(isRunning(pidIn(root))).toBe(false);
    expect(logOf(ran)).toContain('ended what was left running');
  });

  it('(of a stage that an ordinary user runs) is ended likewise, and what it wrote is whole', async () => {
    const root = await ordinaryProject({
      'pipeline.yaml': `
stages:
  s: { run: 'sh ./script {{ output }}', files: [script] }
`,
      script: `export ROOT="$PWD"; echo first > "$PIPE_OUTPUT/x"; ${ways[2]?.[1]}`,
    });
    expect((await ordinaryPipe(root, 'run', 's')).code).toBe(0);
    expect(isRunning(pidIn(root))).toBe(false);
    expect((await ordinaryPipe(root, 'verify')).code).toBe(0);
  });
});

const waits = (file: string): string => `while [ ! -e ${file} ]; do sleep 0.01; done`;

describe('what is left alone', () => {
  it('is who looks at the folder meanwhile, and the next stage', async () => {
    const root = await project();
    const one = node('one', {
      run: `echo first > $PIPE_OUTPUT/x; echo $PIPE_OUTPUT > output; touch there; ${waits('go')}`,
    });
    const other = node('other', {
      run: `${waits('there')}; touch other; ${waits('done')}; echo x > $PIPE_OUTPUT/x`,
    });
    const both = node('both', { inputs: { one, other } });
    const running = run(root, graph(one, other, both), {
      onEvent({ kind }) {
        if (kind === 'node-finished') void write(root, { done: '' });
      },
    });
    await expect.poll(() => existsSync(join(root, 'other'))).toBe(true);
    const output = readFileSync(join(root, 'output'), 'utf8').trim();
    const looking = spawn('sh', ['-c', 'exec tail -f "$1"', 'sh', join(output, 'x')], { stdio: 'ignore' });
    onTestFinished(() => void looking.kill());
    await write(root, { go: '' });
    const ran = await running;
    expect([ran.status, logOf(ran)]).toEqual(['ok', '']);
    expect(isRunning(looking.pid as number)).toBe(true);
  });

  it('is nothing of a stage whose own background work is killed with its group: that is not told', async () => {
    const root = await project();
    const stage = node('s', { run: 'echo x > $PIPE_OUTPUT/x; sleep 600 & echo $! > pid' });
    const ran = await run(root, graph(stage));
    expect([ran.status, logOf(ran), isRunning(pidIn(root))]).toEqual(['ok', '', false]);
  });
});
