import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonEntries } from '../../../src/science/datasets/json-entries.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const file = join(folder, 'object.json');

async function entriesOf(text: string | Buffer): Promise<(readonly [string, unknown])[]> {
  await writeFile(file, text);
  return Array.fromAsync(readJsonEntries(file));
}

describe('readJsonEntries', () => {
  it('gives what JSON.parse gives, however the text is spaced', async () => {
    const objects = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(objects, fc.constantFrom(0, 1, '\t'), async (object, space) => {
        const text = JSON.stringify(object, null, space);
        expect(Object.fromEntries(await entriesOf(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 100 },
    );
  });

  it('joins what the reading cuts in two', async () => {
    const object = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`k${i}`, { title: `"{[é\\${'x'.repeat(9000)}`, i }]),
    );
    const text = JSON.stringify(object);
    expect(text.length).toBeGreaterThan(3 * 2 ** 20);
    expect(Object.fromEntries(await entriesOf(text))).toEqual(object);
  });

  it('bears a byte order mark', async () => {
    expect(await entriesOf('\ufeff { "a": 1 }\n')).toEqual([['a', 1]]);
  });

  it.each([
    ['', 'holds no object'],
    ['[1, 2]', 'is no single object'],
    ['{"a": 1} {"b": 2}', 'is no single object'],
    ['{"a": 1, "b": {"c"', 'ends early'],
    ['{"a": 1, }', 'has an entry that is not'],
    ['{"a": 1, , "b": 2}', 'has an entry that is not'],
    ['{"a": [1}]', 'closes its object with ]'],
    ['{"a": 1]', 'closes its object with ]'],
    ['{a: 1}', 'has an entry that is not'],
  ])('refuses %j', async (text, message) => {
    await expect(entriesOf(text)).rejects.toMatchObject({
      failure: { code: 'JSON_INVALID', message: expect.stringContaining(message) as string },
    });
  });

  it('says where the fault is, and that a file is not there', async () => {
    await expect(entriesOf('{"a": 1, "b": x}')).rejects.toMatchObject({
      failure: { place: `${file}, byte 8` },
    });
    await expect(Array.fromAsync(readJsonEntries(join(folder, 'missing.json')))).rejects.toMatchObject({
      failure: { code: 'JSON_UNREADABLE', message: 'cannot be read: ENOENT' },
    });
  });
});
