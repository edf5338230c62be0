import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';

it('many steps, and many trainers opened and closed, with and without threads, leave memory as it was', async () => {
  const program = fileURLToPath(new URL('./many-steps.ts', import.meta.url));
  const { stdout } = await execa(process.execPath, ['--expose-gc', program]);
  const growth = JSON.parse(stdout) as { steps: number; openings: number; sharded: number };
  // One kept gradient a step would be 140 MB; an unclosed thread is 33 MB, of which there would be 8.
  expect(growth.steps).toBeLessThan(30);
  expect(growth.openings).toBeLessThan(30);
  expect(growth.sharded).toBeLessThan(60);
}, 120_000);
