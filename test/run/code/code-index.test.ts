import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { openCodeIndex } from '../../../src/run/code/code-index.ts';
import { openStore } from '../../../src/store/store.ts';
import { readSummed, writeSummed } from '../../../src/store/summed-text.ts';
import { project, write } from '../project.ts';

const action = { kind: 'module', module: 'stages/a.ts' } as const;
const files = {
  'stages/a.ts': "import { b } from '../src/b.ts'; export default { run: () => b };",
  'src/b.ts': 'export const b = 1;',
};

async function indexed(): Promise<{ root: string; readonly bundle: () => Promise<string>; memory: string }> {
  const root = await project(files);
  // Files are trusted by their stamps once they are older than a tick of the clock.
  await delay(50);
  const store = await openStore(root);
  const bundle = async (): Promise<string> => {
    const code = await openCodeIndex({ root, store }).codeOf(action);
    return code.kind === 'module' ? code.bundle : '';
  };
  return { root, bundle, memory: store.layout.codeIndex };
}

describe('the code index', () => {
  it('is believed while the files are as they were', async () => {
    const { bundle, memory } = await indexed();
    const before = await bundle();
    writeSummed(memory, readSummed(memory).replace(before, 'f'.repeat(64)));
    expect(await bundle()).toBe('f'.repeat(64));
  });

  it('is not believed when a file it was made from changes', async () => {
    const { root, bundle } = await indexed();
    const before = await bundle();
    await write(root, { 'src/b.ts': 'export const b = 2;' });
    expect(await bundle()).not.toBe(before);
    await write(root, files);
    expect(await bundle()).toBe(before);
  });

  it('tells how everything looked that the code was found in, and what looks otherwise since, whatever its bytes are', async () => {
    const { root } = await indexed();
    const index = openCodeIndex({ root, store: await openStore(root) });
    const before = await index.stampsOf(action);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(Object.keys(files).map((path) => join(root, path))),
    );
    expect(index.changedSince(before)).toBeUndefined();
    await write(root, { 'src/b.ts': 'export const b = 2;' });
    await write(root, { 'src/b.ts': files['src/b.ts'] });
    expect(index.changedSince(before)).toBe(join(root, 'src/b.ts'));
  });

  it('costs nothing but time when it is damaged', async () => {
    const { bundle, memory } = await indexed();
    const before = await bundle();
    const text = readSummed(memory);
    writeSummed(memory, '{');
    expect(await bundle()).toBe(before);
    writeFileSync(memory, text.replace(before, 'f'.repeat(64)));
    expect(await bundle()).toBe(before);
  });
});
