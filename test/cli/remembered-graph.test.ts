import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { readSummed, writeSummed } from '../../src/store/summed-text.ts';
import { pipe } from '../e2e/pipe.ts';
import { temporaryProject } from '../temporary-project.ts';

const yaml = (size: number): string => `
params: { size: ${size} }
stages:
  copy:
    run: cp "$PIPE_INPUT_DATA" "$PIPE_OUTPUT/copy"
    inputs: { data: ./data }
    with: { size: "\${size}" }
`;

/** With a graph that was remembered; files are old enough to trust their times. */
async function remembering(): Promise<{ root: string; memory: string }> {
  const root = await temporaryProject({
    'pipeline.yaml': yaml(3),
    data: 'x',
    'experiments/large.yaml': 'set: { size: 9 }',
  });
  await delay(50);
  await sizeOf(root);
  const folder = join(root, 'artifacts/.store/graphs');
  const [name] = readdirSync(folder);
  return { root, memory: join(folder, name as string) };
}

/** The parameter that the planned node gets, of a run that is not told from the memory of another. */
async function sizeOf(root: string, ...options: readonly string[]): Promise<unknown> {
  rmSync(join(root, 'artifacts/.store/settled-runs'), { recursive: true, force: true });
  const { stdout, stderr } = await pipe(root, ['run', 'copy', '--quiet', '--json', ...options]);
  const key = /"key":"([0-9a-f]{16})/.exec(stdout)?.[1];
  if (key === undefined) throw new Error(stderr);
  const manifest = JSON.parse(readFileSync(join(root, 'artifacts/copy', key, 'manifest.json'), 'utf8')) as {
    parts: { params: { size: unknown } };
  };
  return manifest.parts.params.size;
}

describe('the remembered graph', () => {
  it('is taken while nothing of the configuration is touched', async () => {
    const { root, memory } = await remembering();
    writeSummed(memory, readSummed(memory).replace('"size":3', '"size":4'));
    expect(await sizeOf(root)).toBe(4);
  });

  it('is another one for another experiment or override', async () => {
    const { root } = await remembering();
    expect(await sizeOf(root, '-e', 'large')).toBe(9);
    expect(await sizeOf(root, '-S', 'size=5')).toBe(5);
    expect(await sizeOf(root)).toBe(3);
  });

  it.each<[string, (root: string) => void]>([
    ['pipeline.yaml changes', (root) => writeFileSync(join(root, 'pipeline.yaml'), yaml(7))],
    [
      'it changes to the same size under a restored time',
      (root) => {
        writeFileSync(join(root, 'pipeline.yaml'), yaml(7));
        utimesSync(join(root, 'pipeline.yaml'), 1e9, 1e9);
      },
    ],
    [
      'an experiment in use changes',
      (root) => writeFileSync(join(root, 'experiments/large.yaml'), 'set: { size: 7 }'),
    ],
  ])('is not taken when %s', async (_, change) => {
    const { root } = await remembering();
    const options = ['-e', 'large'];
    await sizeOf(root, ...options);
    change(root);
    const sizes = [await sizeOf(root), await sizeOf(root, ...options)];
    expect(sizes).toContain(7);
    await delay(50);
    expect([await sizeOf(root), await sizeOf(root, ...options)]).toEqual(sizes);
  });

  it('does not hide that an input has gone', async () => {
    const { root } = await remembering();
    rmSync(join(root, 'data'));
    const { code, stderr } = await pipe(root, ['run', 'copy']);
    expect(code).toBe(2);
    expect(stderr).toContain('PATH_MISSING');
  });

  it('does not hide that a schema has come', async () => {
    const { root } = await remembering();
    const schema = JSON.stringify({ properties: { size: { maximum: 2 } } });
    const { code } = await pipe(root, ['plan', 'copy']);
    expect(code).toBe(0);
    const folder = join(root, 'schemas/stages');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'copy.schema.json'), schema);
    const { code: after, stderr } = await pipe(root, ['plan', 'copy']);
    expect([after, stderr]).toEqual([2, expect.stringContaining('SCHEMA_RANGE')]);
  });
});
