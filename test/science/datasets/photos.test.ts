import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPhotoIndex, writePhotoIndex, type PhotoIndex } from '../../../src/science/datasets/photos.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const file = join(folder, 'photos.json');

describe('photos.json', () => {
  it('is what JSON.stringify gives, and is read back as it was', async () => {
    const photo = fc.record({ id: fc.string({ unit: 'grapheme' }), tags: fc.record({ iso: fc.integer() }) });
    const item = fc.record({ id: fc.string(), code: fc.string(), reason: fc.string({ unit: 'binary' }) });
    const index = fc.record({
      photos: fc.array(photo, { maxLength: 3 }),
      excluded: fc.array(item, { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(index, async (index) => {
        await writePhotoIndex(file, index as unknown as PhotoIndex);
        expect(await readFile(file, 'utf8')).toBe(`${JSON.stringify(index, null, 1)}\n`);
        expect(await readPhotoIndex(file)).toEqual(index);
      }),
      { numRuns: 60 },
    );
  });
});
