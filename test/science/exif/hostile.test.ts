import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPhoto } from '../../../src/science/exif/photo.ts';
import { texture, toSharp } from '../image/pictures.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const file = join(folder, 'hostile.jpg');
const bare = await toSharp(texture(20, 20)).jpeg().toBuffer();

/** The picture with an EXIF block of our own in front: Intel byte order, the first directory at byte 8. */
async function codeWith(block: Buffer): Promise<string> {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
  const marker = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff]);
  await writeFile(file, Buffer.concat([bare.subarray(0, 2), marker, body, bare.subarray(2)]));
  const result = await readPhoto(file);
  return result.ok ? 'usable' : result.failure.code;
}

type Entry = readonly [tag: number, type: number, count: number, value: number];
const exifPointer = 0x8769;
const fNumber = 0x829d;
const iso = 0x8827;
const [short, long, rational] = [3, 4, 5];

/** A directory at byte 8, with the offset of the next. */
function directory(entries: readonly Entry[], next: number, declared = entries.length): Buffer {
  const block = Buffer.alloc(8 + 2 + 12 * entries.length + 4);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt16LE(declared, 8);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + 12 * i;
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(count, at + 4);
    block.writeUInt32LE(value, at + 8);
  });
  block.writeUInt32LE(next, block.length - 4);
  return block;
}

describe('EXIF that means harm', () => {
  it.each<[string, Buffer]>([
    ['a directory that follows itself', directory([[iso, short, 1, 200]], 8)],
    ['a directory that holds itself', directory([[exifPointer, long, 1, 8]], 0)],
    ['a directory that lies outside', directory([[exifPointer, long, 1, 0x7fff_ffff]], 0xffff_fff0)],
    ['more entries than there is room for', directory([[iso, short, 1, 200]], 0, 65_535)],
    ['a value of four billion numbers', directory([[iso, short, 0xffff_ffff, 0]], 0)],
    ['a fraction outside of the block', directory([[fNumber, rational, 1, 0xffff_fff8]], 0)],
    ['a type that there is not', directory([[fNumber, 99, 1, 8]], 0)],
    ['nothing but its header', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
    ['not even its header', Buffer.from('II', 'latin1')],
  ])('%s ends in missing tags', async (_, block) => {
    expect(await codeWith(block)).toBe('TAG_MISSING');
  });

  it('of any bytes ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, withHeader) => {
        const block = Buffer.from(bytes);
        if (withHeader) block.write('II*\0\x08\0\0\0', 'latin1');
        expect(['TAG_MISSING', 'usable']).toContain(await codeWith(block));
      }),
      { numRuns: 150 },
    );
  });
});
