import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { expect, it } from 'vitest';

import { sha256 } from '../../src/graph/sha256.ts';
import { sourceText } from '../../src/store/evidence.ts';
import { layoutOf } from '../../src/store/layout.ts';
import { folderOfTest } from '../temporary-folder.ts';

it('a source that was kept in part, as a kill leaves it, is none', async () => {
  const layout = layoutOf(await folderOfTest());
  const digest = sha256('export const whole = 1;\n');
  await mkdir(dirname(layout.source(digest)), { recursive: true });
  await writeFile(layout.source(digest), 'export const wh');
  expect(sourceText(layout, digest)).toBeUndefined();
  await writeFile(layout.source(digest), 'export const whole = 1;\n');
  expect(sourceText(layout, digest)).toBe('export const whole = 1;\n');
});
