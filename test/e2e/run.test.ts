import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

import { temporaryProject } from '../temporary-project.ts';
import { pipe, type Ended } from './pipe.ts';

/** A command, a module with a table and a metric, and a module that reads a sweep of it. */
const files = {
  'pipeline.yaml': `
params: { size: 3, scale: 2, word: "" }
stages:
  numbers:
    run: seq "$(sed 's/[^0-9]//g' "$PIPE_PARAMS")" > "$PIPE_OUTPUT/numbers.txt"; echo made numbers
    with: { size: "\${size}" }
  sum:
    use: stages/sum.ts
    inputs: { numbers: numbers/numbers.txt }
    with: { scale: "\${scale}", word: "\${word}" }
  scales:
    use: stages/scales.ts
    inputs: { sums: { from: sum, sweep: { scale: [1, 2, 3] } } }
`,
  'stages/sum.ts': `
import { readFile, writeFile } from 'node:fs/promises';

export default {
  display: 'sum.md',
  async run({ inputs, params, output, metric, progress }) {
    if (params.word === 'fail') throw new Error('told to fail');
    const numbers = (await readFile(inputs.one('numbers').path, 'utf8')).trim().split('\\n').map(Number);
    const sum = numbers.reduce((total, number) => total + number, 0) * params.scale;
    progress({ done: numbers.length, total: numbers.length, unit: 'numbers' });
    metric({ name: 'sum', value: sum, direction: 'none', unit: '1' });
    await writeFile(\`\${output}/sum.md\`, \`# Sum\\n\\n\${sum}\\n\`);
  },
};
`,
  'stages/scales.ts': `
import { readFile, writeFile } from 'node:fs/promises';

export default {
  display: 'scales.md',
  async run({ inputs, output }) {
    const rows = await Promise.all(
      inputs.all('sums').map(async ({ path, overrides }) => {
        const text = await readFile(\`\${path}/sum.md\`, 'utf8');
        return \`\${overrides.scale}: \${text.trim().split('\\n').at(-1)}\\n\`;
      }),
    );
    await writeFile(\`\${output}/scales.md\`, rows.join(''));
  },
};
`,
};

/** What ran, by the events of a run with --json. */
function ranIn({ stdout }: Ended): readonly string[] {
  return stdout
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; node: string })
    .filter(({ kind }) => kind === 'node-finished')
    .map(({ node }) => node)
    .toSorted();
}

describe('pipe run', () => {
  it('runs what the target needs, prints its table on standard output and tells the rest on standard error', async () => {
    const root = await temporaryProject(files);
    const { code, stdout, stderr } = await pipe(root, ['run', 'sum']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '# Sum\n\n12' });
    const lines = stderr.split('\n');
    expect(lines[0]).toBe('2 nodes: 2 to run');
    expect(lines).toContain('start   numbers  (never run)');
    expect(lines.some((line) => /^done {4}sum {2}.*, sum 12$/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^2 ran, 0 unchanged, /);
  });

  it('runs nothing the second time, and prints the same', async () => {
    const root = await temporaryProject(files);
    const first = await pipe(root, ['run', 'scales']);
    const second = await pipe(root, ['run', 'scales']);
    expect(first.stdout).toBe('1: 6\n2: 12\n3: 18');
    expect(second).toMatchObject({ code: 0, stdout: first.stdout });
    expect(second.stderr).toMatch(/^0 ran, 5 unchanged, /m);
  });

  it('runs what a parameter changes and what follows it, and nothing above', async () => {
    const root = await temporaryProject(files);
    expect(ranIn(await pipe(root, ['run', 'sum', '--json']))).toEqual(['numbers', 'sum']);
    expect(ranIn(await pipe(root, ['run', 'sum', '-S', 'scale=5', '--json']))).toEqual(['sum']);
    expect(ranIn(await pipe(root, ['run', 'scales', '--json']))).toEqual([
      'scales',
      'sum[scale=1]',
      'sum[scale=3]',
    ]);
  });

  it('runs each point of a sweep and prints the table of each', async () => {
    const root = await temporaryProject(files);
    const { code, stdout } = await pipe(root, ['run', 'sum', '-S', 'scale=5,6', '--quiet']);
    expect(code).toBe(0);
    expect(stdout.trim()).toBe('## sum[scale=5]\n\n# Sum\n\n30\n\n## sum[scale=6]\n\n# Sum\n\n36');
  });

  it('prints the folder of an artifact without a table', async () => {
    const root = await temporaryProject(files);
    const { stdout, stderr } = await pipe(root, ['run', 'numbers', '-q']);
    expect(stderr).toBe('');
    expect(await readFile(join(root, stdout, 'numbers.txt'), 'utf8')).toBe('1\n2\n3\n');
  });

  it('ends with code 1 when a stage fails, and keeps what its siblings made', async () => {
    const root = await temporaryProject(files);
    const failed = await pipe(root, ['run', 'sum', '-S', 'word=fail']);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toMatch(/^FAILED {2}sum {2}.*told to fail/m);
    expect(failed.stderr).toMatch(/^1 ran, 0 unchanged, 1 failed, /m);
    expect((await pipe(root, ['run', 'sum', '-S', 'word=fail', '--quiet'])).stderr).toMatch(
      /^FAILED {2}sum {2}.*told to fail/,
    );
    expect(ranIn(await pipe(root, ['run', 'sum', '--json']))).toEqual(['sum']);
  });

  it('ends with code 130 when it is interrupted', async () => {
    const stage =
      'export default { async run({ signal }) { await new Promise((end) => { const timer = setInterval(() => {}, 1000); signal.addEventListener("abort", () => { clearInterval(timer); end(); }); }); signal.throwIfAborted(); } };';
    const root = await temporaryProject({
      'pipeline.yaml': 'stages: { wait: { use: wait.ts } }\n',
      'wait.ts': stage,
    });
    const program = join(import.meta.dirname, '../../bin/pipe.js');
    const child = execa(process.execPath, [program, 'run', 'wait'], {
      cwd: root,
      reject: false,
      env: { NO_COLOR: '1' },
    });
    child.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('start   wait')) child.kill('SIGINT');
    });
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('interrupted, 0 ran');
  });
});

describe('pipe plan', () => {
  it('says what would run and why, and with --check tells scripts', async () => {
    const root = await temporaryProject(files);
    expect(await pipe(root, ['plan', 'sum', '--check'])).toEqual({
      code: 4,
      stdout: 'run       numbers  never run\nrun       sum      never run',
      stderr: '2 nodes: 2 to run',
    });
    await pipe(root, ['run', 'sum']);
    expect(await pipe(root, ['plan', 'sum', '--check'])).toMatchObject({
      code: 0,
      stdout: 'unchanged numbers\nunchanged sum',
    });
    expect((await pipe(root, ['plan', 'sum', '-S', 'scale=4'])).stdout).toBe(
      'unchanged numbers\nrun       sum      parameter scale 2 -> 4',
    );
    const json = JSON.parse((await pipe(root, ['plan', 'sum', '--json'])).stdout) as { counts: object };
    expect(json.counts).toEqual({ total: 2, hit: 2, run: 0, perhaps: 0, alike: 0, shared: 0 });
  });
});

describe('a finished node', () => {
  it('is shown with its table and metrics, its log is printed, and changes are explained', async () => {
    const root = await temporaryProject(files);
    expect(await pipe(root, ['show', 'sum'])).toMatchObject({ code: 4, stdout: '' });
    await pipe(root, ['run', 'scales']);
    const shown = await pipe(root, ['show', 'sum[scale=3]']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/^# Sum\n\n18\n\nsum\n\nMetrics\n\nmetric .*\n.*\nsum {8}18 {2}1/);
    expect(JSON.parse((await pipe(root, ['show', 'sum', '--json'])).stdout)).toMatchObject({
      node: 'sum',
      marks: [],
    });
    expect((await pipe(root, ['log', 'numbers'])).stdout).toContain('made numbers');
    expect((await pipe(root, ['why', 'sum'])).stdout).toMatch(/^sum: unchanged\nagainst its last artifact/);
  });
});

describe('pipe', () => {
  it('passes on no word of Node about what is experimental in it', async () => {
    const root = await temporaryProject({
      'pipeline.yaml': 'stages: { a: { use: a.ts } }\n',
      // Its text looks like more than types, so that Node is asked.
      'a.ts': `export const text = 'a namespace N';\nexport default { async run() {} };\n`,
    });
    const { code, stderr } = await pipe(root, ['plan', 'a']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '1 node: 1 to run' });
  });
});
