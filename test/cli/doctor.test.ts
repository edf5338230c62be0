import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';

it('pipe doctor names the engines that are there, and a command for what can be got', async () => {
  const program = join(import.meta.dirname, '../../bin/pipe.js');
  const { stdout, exitCode } = await execa(process.execPath, [program, 'doctor', '--json'], {
    cwd: tmpdir(),
  });
  expect(exitCode).toBe(0);
  const findings = JSON.parse(stdout) as { what: string; state: string; remedy?: string }[];
  expect(findings.map(({ what }) => what)).toEqual(['node', 'machine', 'cpu', 'webgpu', 'nvidia', 'cuda']);
  expect(findings.find(({ what }) => what === 'cpu')?.state).toBe('there');
  const cuda = findings.find(({ what }) => what === 'cuda');
  expect(cuda?.state === 'there' || cuda?.remedy?.startsWith('node ')).toBe(true);
});
