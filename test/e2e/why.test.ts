import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import type { Manifest } from '../../src/store/manifest.ts';
import { write } from '../run/project.ts';
import { temporaryProject } from '../temporary-project.ts';
import { pipe } from './pipe.ts';

const crop = 'export const crop = (text: string): string => text.trim();\n';
const files = {
  'package.json': '{ "type": "module" }',
  'pipeline.yaml': `
params: { gmm: { components: 8, starts: 1 } }
stages:
  features:
    use: stages/features.ts
    inputs: { photos: ./photos }
  gmm:
    run: cp -r "$PIPE_INPUT_FEATURES" "$PIPE_OUTPUT/kept"; cp "$PIPE_PARAMS" "$PIPE_OUTPUT/params"
    inputs: { features: features }
    with: "\${gmm}"
`,
  'stages/features.ts': `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { crop } from '../src/image/crop.ts';
export default {
  async run({ inputs, output }: any) {
    const folder = inputs.one('photos').path;
    for (const name of readdirSync(folder)) writeFileSync(output + '/' + name, crop(readFileSync(folder + '/' + name, 'utf8')));
  },
};
`,
  'src/image/crop.ts': crop,
  'photos/a.jpg': 'a',
  'photos/b.jpg': 'b',
  'photos/c.jpg': 'c',
};

async function finished(): Promise<string> {
  const root = await temporaryProject(files);
  expect((await pipe(root, ['run', 'gmm', '-q'])).code).toBe(0);
  return root;
}

const plan = async (root: string, ...args: readonly string[]): Promise<readonly string[]> =>
  (await pipe(root, ['plan', 'gmm', ...args])).stdout.split('\n');

describe('a plan says in one line why a node runs', () => {
  it('for a parameter, with both values, also where it changed in pipeline.yaml', async () => {
    const root = await finished();
    expect(await plan(root, '-S', 'gmm.components=12')).toEqual([
      'unchanged features',
      'run       gmm       parameter components 8 -> 12',
    ]);
    await write(root, { 'pipeline.yaml': files['pipeline.yaml'].replace('8', '9') });
    expect((await plan(root)).at(-1)).toBe('run       gmm       parameter components 8 -> 9');
  });

  it('for a new point of a sweep, with the node it is compared with', async () => {
    const root = await finished();
    expect((await plan(root, '-S', 'gmm.components=8,9')).at(-1)).toBe(
      'run       gmm[gmm.components=9]  new; unlike gmm: parameter components 8 -> 9',
    );
  });

  it('for code, with the file', async () => {
    const root = await finished();
    await write(root, { 'src/image/crop.ts': crop.replace('trim', 'trimEnd') });
    expect(await plan(root)).toEqual([
      'run       features  code src/image/crop.ts changed',
      'perhaps   gmm       unless features comes out as before',
    ]);
  });

  it('for a folder, with the files that changed, came and went', async () => {
    const root = await finished();
    await write(root, { 'photos/b.jpg': 'other', 'photos/d.jpg': 'd' });
    const line = 'run       features  input photos: 1 of 4 files changed: b.jpg; 1 file added: d.jpg';
    expect((await plan(root))[0]).toBe(line);
  });

  it('for what another node made anew, with its files too', async () => {
    const root = await finished();
    await write(root, { 'photos/b.jpg': 'other' });
    const { stderr } = await pipe(root, ['run', 'gmm']);
    expect(stderr).toContain('start   gmm  (input features: 1 of 3 files changed: b.jpg)');
  });
});

describe('pipe why', () => {
  it('shows every part of the key, and the difference of a source', async () => {
    const root = await finished();
    const [key] = await readdir(join(root, 'artifacts/features'));
    await write(root, { 'src/image/crop.ts': crop.replace('trim', 'trimEnd') });
    const lines = (await pipe(root, ['why', 'features'])).stdout.split('\n');
    expect(lines[0]).toBe('features: run, code src/image/crop.ts changed');
    expect(lines[1]).toMatch(`against its last artifact: artifacts/features/${key}, made 20`);
    expect(lines.slice(2, 7)).toEqual([
      '  code         1 changed (2 sources)',
      '    code src/image/crop.ts changed',
      `  packages     unchanged (0, Node ${process.versions.node.split('.')[0]})`,
      '  parameters   unchanged (0)',
      '  inputs       unchanged (photos)',
    ]);
    expect(lines).toContain('-export const crop = (text: string): string => text.trim();');
    expect(lines).toContain('+export const crop = (text: string): string => text.trimEnd();');
  });

  it('shows a parameter with both values, and the same to programs', async () => {
    const root = await finished();
    const told = (await pipe(root, ['why', 'gmm', '-S', 'gmm.starts=3'])).stdout.split('\n');
    expect(told).toContain('  parameters   1 changed (2)');
    expect(told).toContain('    parameter starts 1 -> 3');
    const json = await pipe(root, ['why', 'gmm', '-S', 'gmm.starts=3', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      node: 'gmm',
      decision: { kind: 'run' },
      changes: [{ part: 'params', name: 'starts', before: 1, after: 3 }],
    });
  });
});

describe('pipe accept', () => {
  it('lets the last artifact stand for changed code, records who says so and why, and shows it ever after', async () => {
    const root = await finished();
    await write(root, { 'src/image/crop.ts': crop.replace('trim()', "trim() + ''") });
    expect((await plan(root))[0]).toBe('run       features  code src/image/crop.ts changed');
    const said = await pipe(root, ['accept', 'features', '--because', 'adds nothing']);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toMatch(/\n {2}code src\/image\/crop.ts changed\naccepted by .+: adds nothing$/);

    expect(await plan(root)).toEqual([
      expect.stringMatching(/^unchanged features {2}accepted by .+: adds nothing$/),
      'unchanged gmm',
    ]);
    expect((await pipe(root, ['run', 'gmm'])).stderr).toMatch(
      /^taken {3}features {2}accepted by .+: adds nothing$/m,
    );
    expect((await pipe(root, ['why', 'features'])).stdout).toMatch(/^accepted by .+ 20.+Z: adds nothing$/m);
    expect((await pipe(root, ['show', 'features'])).stderr).toMatch(
      /^features: accepted by .+: adds nothing$/,
    );
    expect((await pipe(root, ['verify'])).code).toBe(0);

    const folder = join(root, 'artifacts/features');
    const manifests = await Promise.all(
      (await readdir(folder)).map(
        async (key) => JSON.parse(await readFile(join(folder, key, 'manifest.json'), 'utf8')) as Manifest,
      ),
    );
    const made = manifests.find(({ accepted }) => accepted === undefined);
    const accepted = manifests.find((manifest) => manifest.accepted !== undefined);
    expect(accepted?.accepted).toMatchObject({ instead: made?.key, made: made?.parts, why: 'adds nothing' });
    expect(accepted).toMatchObject({ digest: made?.digest, times: made?.times });
  });

  it('takes another parameter only where the artifact is named', async () => {
    const root = await finished();
    const change = ['-S', 'gmm.starts=2'];
    const refused = await pipe(root, ['accept', 'gmm', '--because', 'x', ...change]);
    expect(refused.code).toBe(2);
    const key = /--instead (\w{16})/.exec(refused.stderr)?.[1] ?? '';
    expect((await pipe(root, ['accept', 'gmm', '--because', 'x', '--instead', key, ...change])).code).toBe(0);
    expect((await plan(root, ...change)).at(-1)).toMatch(/^unchanged gmm {7}accepted by .+: x$/);
    expect((await plan(root)).at(-1)).toBe('unchanged gmm');
  });

  it('refuses what is unchanged, what waits for others, and what is damaged', async () => {
    const root = await finished();
    const refusal = async (node: string): Promise<string> =>
      (await pipe(root, ['accept', node, '--because', 'x'])).stderr;
    expect(await refusal('gmm')).toContain('ACCEPT_NOTHING');
    await write(root, { 'src/image/crop.ts': crop.replace('trim', 'trimEnd') });
    expect(await refusal('gmm')).toContain('ACCEPT_WAITS');
    const [key = ''] = await readdir(join(root, 'artifacts/features'));
    const file = join(root, 'artifacts/features', key, 'files/a.jpg');
    await chmod(file, 0o644);
    await writeFile(file, 'b');
    expect(await refusal('features')).toContain('ACCEPT_DAMAGED');
  });
});
