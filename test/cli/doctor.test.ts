import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../..');
const program = join(repository, 'bin/pipe.js');

interface Finding {
  readonly what: string;
  readonly state: string;
  readonly remedy?: string;
}

async function findings(cwd: string): Promise<readonly Finding[]> {
  const { stdout } = await execa(process.execPath, [program, 'doctor', '--json'], { cwd });
  return JSON.parse(stdout) as Finding[];
}

it('pipe doctor looks at the machine and at the programs that the runner calls, in any folder', async () => {
  const found = await findings(tmpdir());
  expect(found.map(({ what }) => what)).toEqual(['node', 'machine', 'gpu', 'git', 'cml']);
});

it("pipe doctor tries the project's backends, and names what gets those that are missing", async () => {
  const found = (await findings(repository)).slice(5);
  expect(found.map(({ what }) => what)).toEqual(['cpu', 'webgpu', 'cuda', 'tfjs']);
  expect(found[0]?.state).toBe('there');
  expect(found.filter(({ state, remedy }) => state !== 'there' && remedy === undefined)).toEqual([]);
});

it('pipe setup names what the project can set up', async () => {
  const { stderr, exitCode } = await execa(process.execPath, [program, 'setup', 'kuda'], {
    cwd: repository,
    reject: false,
  });
  expect(stderr).toMatch(/SETUP_UNKNOWN .*pipe setup cuda, pipe setup tensorflow/);
  expect(exitCode).toBe(2);
});
