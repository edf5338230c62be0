import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonItems } from '../../../src/science/datasets/json-items.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const file = join(folder, 'index.json');

async function itemsOf(text: string): Promise<unknown[]> {
  await writeFile(file, text);
  return Array.fromAsync(readJsonItems(file, 'photos'));
}

describe('readJsonItems', () => {
  it('gives the list of that name, however the text is spaced and whatever stands around it', async () => {
    const object = fc.record({
      before: fc.jsonValue(),
      photos: fc.array(fc.jsonValue()),
      after: fc.jsonValue(),
    });
    await fc.assert(
      fc.asyncProperty(object, fc.constantFrom(0, 1, '\t'), async (object, space) => {
        const text = JSON.stringify(object, null, space);
        expect(await itemsOf(text)).toEqual((JSON.parse(text) as { photos: unknown }).photos);
      }),
      { numRuns: 200 },
    );
  });

  it('joins what the reading cuts in two', async () => {
    const photos = Array.from({ length: 400 }, (_, i) => ({
      title: `"[{é\\${'x'.repeat(9000)}`,
      list: [[i]],
    }));
    expect(await itemsOf(JSON.stringify({ photos, excluded: [1] }))).toEqual(photos);
  });

  it.each([
    ['{"photos": [1, 2', 'ends early'],
    ['{"photos": [1, 2]', 'ends early'],
    ['{"excluded": [1], "photo": [2]}', 'has no list photos'],
    ['{"excluded": [{"photos": [1]}]}', 'has no list photos'],
    ['{"photos": {}}', 'has no list photos'],
    ['', 'has no list photos'],
    ['{"photos": [1, x]}', 'has an item of photos that is no JSON'],
    ['{"photos": [1, , 2]}', 'has an item of photos that is no JSON'],
  ])('refuses %j', async (text, message) => {
    await expect(itemsOf(text)).rejects.toMatchObject({
      failure: { code: 'JSON_INVALID', message: expect.stringContaining(message) as string },
    });
  });
});
