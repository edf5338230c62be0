import { chmodSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { readManifest, sealManifest, type Manifest } from '../../src/store/manifest.ts';
import { readSummed, writeSummed } from '../../src/store/summed-text.ts';
import { runnerProject } from './runner-project.ts';
import { pipe } from './pipe.ts';

const secret = 'the-secret-of-this-machine';

/** A stage whose module names `display`; a file with a secret lies above the project's store. */
const projectWith = async (
  display: unknown,
  write = `writeFileSync(output + '/page.md', '# A page');`,
): Promise<string> =>
  runnerProject('  s: { use: stages/s.ts }', {
    'secret.md': secret,
    'stages/s.ts': `import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
export default { display: ${JSON.stringify(display)}, async run({ output }: any) { ${write} } };
`,
  });

const artifactOf = (root: string): string => {
  const folder = join(root, 'artifacts/s');
  return join(folder, readdirSync(folder)[0] as string);
};

async function showsNothing(root: string): Promise<void> {
  for (const command of ['run', 'show', 'report']) {
    const { stdout, stderr } = await pipe(root, [command, 's']);
    expect(`${stdout}${stderr}`).not.toContain(secret);
    expect(stderr).not.toContain('fault of pipe');
  }
  expect(readFileSync(join(root, 'report.html'), 'utf8')).not.toContain(secret);
}

describe('the page that a module names', () => {
  it.each([
    '../../../../../secret.md',
    '../../../../secret.md',
    '../'.repeat(30) + 'etc/hostname',
    '/etc/hostname',
    'a/../../x.md',
    '..',
    '.',
    '',
    'a\0b',
    7,
  ])('is refused where it is no path inside of the output (%j)', async (display) => {
    const root = await projectWith(display, `writeFileSync(output + '/out', 'x'); console.log('it ran');`);
    const { code, stderr } = await pipe(root, ['run', 's']);
    expect(code).toBe(1);
    expect(stderr).toContain('DISPLAY_OUTSIDE the stage names as its display');
    expect(stderr).not.toContain('it ran');
    expect(stderr).not.toContain(secret);
  });

  it.each([
    ['a folder', `mkdirSync(output + '/page.md');`],
    ['not there', `writeFileSync(output + '/other.md', '');`],
    ['a link out of the output', `symlinkSync(process.cwd() + '/secret.md', output + '/page.md');`],
  ])('is missing where it is %s', async (_, write) => {
    const root = await projectWith('page.md', write);
    const { code, stderr } = await pipe(root, ['run', 's']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/DISPLAY_MISSING|OUTPUT_LINK/);
    await showsNothing(root);
  });

  it('is taken by a longer way to the same file', async () => {
    const root = await projectWith('./sub/../page.md');
    expect((await pipe(root, ['run', 's'])).stdout).toBe('# A page');
    expect((await pipe(root, ['run', 's'])).stdout).toBe('# A page');
  });

  it('shows no picture from elsewhere', async () => {
    const picture =
      '![x](../../../../secret.png) ![y](/secret.png) ![z](sub/../../files/../../../../secret.png)';
    const root = await projectWith(
      'page.md',
      `writeFileSync(output + '/page.md', ${JSON.stringify(picture)});`,
    );
    writeFileSync(join(root, 'secret.png'), secret);
    await pipe(root, ['run', 's']);
    await pipe(root, ['report', 's']);
    const report = readFileSync(join(root, 'report.html'), 'utf8');
    expect(report).toContain('<em>x</em>');
    expect(report).not.toContain(Buffer.from(secret).toString('base64'));
  });
});

describe('a manifest that somebody else wrote', () => {
  it.each([
    ['its page', { display: '../../../../secret.md' }],
    ['its page, absolute', { display: '/etc/hostname' }],
    ['its page, which is no file of it', { display: 'other.md' }],
    [
      'a file',
      {
        files: [{ path: '../../../../secret.md', size: secret.length, digest: 'a'.repeat(64) }],
        display: '../../../../secret.md',
      },
    ],
    ['an empty folder', { emptyFolders: ['../..'] }],
    ['its stage', { stage: '../../s' }],
    ['its key', { key: '../../../x' }],
  ])('is none where it leads out of the artifact by %s', async (_, change) => {
    const root = await projectWith('page.md');
    await pipe(root, ['run', 's']);
    const file = join(artifactOf(root), 'manifest.json');
    const manifest = readManifest(readFileSync(file, 'utf8')) as Manifest;
    chmodSync(file, 0o644);
    writeFileSync(file, sealManifest({ ...manifest, ...change } as Manifest));
    expect((await pipe(root, ['verify'])).stdout).toContain('manifest.json');
    await showsNothing(root);
  });
});

it('a memory of a run that leads out of the store is not followed', async () => {
  const root = await projectWith('page.md');
  await pipe(root, ['run', 's']);
  await pipe(root, ['run', 's']);
  const folder = join(root, 'artifacts/.store/settled-runs');
  const [name = ''] = readdirSync(folder);
  const memory = readSummed(join(folder, name));
  expect(memory).toContain('"display":"page.md"');
  symlinkSync(root, join(root, 'artifacts/elsewhere'));
  for (const [part, other] of [
    ['"display":"page.md"', '"display":"../../../../secret.md"'],
    [JSON.stringify(join(artifactOf(root), 'files')), JSON.stringify(root)],
  ] as const) {
    const changed = memory.replace(part, other).replace('page.md', 'secret.md');
    writeSummed(join(folder, name), changed);
    const { stdout } = await pipe(root, ['run', 's']);
    expect(stdout).toBe('# A page');
  }
});
