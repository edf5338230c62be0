import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawContactSheet, writeContactSheet } from '../../../src/science/image/contact-sheet.ts';
import { glyphHeight, glyphRows, glyphWidth } from '../../../src/science/image/glyphs.ts';
import type { Image } from '../../../src/science/image/image.ts';
import { readImage } from '../../../src/science/image/read.ts';
import { pixelAt, texture } from './pictures.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const folder = await temporaryFolder();
const grey = (width: number, height: number): Image => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(90),
});
const isBlack = (pixel: number[]): boolean => pixel.every((value) => value === 0);
const countBlack = (image: Image): number => {
  let count = 0;
  for (let i = 0; i < image.data.length; i += 3) if (isBlack([...image.data.subarray(i, i + 3)])) count += 1;
  return count;
};

const captioned = (caption: string): Image =>
  drawContactSheet([{ caption, cells: [{ image: grey(16, 16) }] }], { cell: 64 });
const inkOf = (character: string): number =>
  glyphRows(character).reduce((ink, row) => ink + row.toString(2).replaceAll('0', '').length, 0);

describe('a contact sheet', () => {
  it('is a picture file with the same bytes each time', async () => {
    const rows = [
      {
        caption: 'Ärger: 50 % off',
        cells: [{ image: texture(30, 40), marks: [[5, 6]] as const, caption: 'a' }],
      },
    ];
    const [first, second] = [join(folder, 'first.png'), join(folder, 'second.png')];
    await writeContactSheet(first, rows, { cell: 64 });
    await writeContactSheet(second, rows, { cell: 64 });
    expect(await readFile(first)).toEqual(await readFile(second));
    expect(await readImage(first)).toEqual({ ok: true, value: drawContactSheet(rows, { cell: 64 }) });
  });

  it('has a line more for every further set of columns', () => {
    const cells = Array.from({ length: 7 }, () => ({ image: grey(16, 16) }));
    const rows = [{ caption: '', cells }];
    const one = drawContactSheet(rows, { cell: 32 });
    const three = drawContactSheet(rows, { cell: 32, columns: 3 });
    expect([one.width, one.height]).toEqual([4 + 7 * 36, 4 + 36]);
    expect([three.width, three.height]).toEqual([4 + 3 * 36, 4 + 3 * 36]);
  });

  it('scales a picture into its cell without distorting it', () => {
    const sheet = drawContactSheet([{ caption: '', cells: [{ image: grey(40, 20) }] }], { cell: 32 });
    expect(pixelAt(sheet, 4, 4 + 8)).toEqual([90, 90, 90]);
    expect(pixelAt(sheet, 4 + 31, 4 + 23)).toEqual([90, 90, 90]);
    expect(pixelAt(sheet, 4, 4 + 7)).toEqual([245, 245, 245]);
    expect(pixelAt(sheet, 4, 4 + 24)).toEqual([245, 245, 245]);
  });

  it('puts a mark on the pixel it names', () => {
    const sheet = drawContactSheet([{ caption: '', cells: [{ image: grey(16, 16), marks: [[3, 10]] }] }], {
      cell: 64,
    });
    // Pixel (3, 10) covers 4 x 4 px of the cell, with its centre between the second and the third.
    expect(pixelAt(sheet, 4 + 3 * 4 + 1, 4 + 10 * 4 + 2)).not.toEqual([90, 90, 90]);
    expect(pixelAt(sheet, 4 + 3 * 4 + 7, 4 + 10 * 4 + 2)).toEqual([90, 90, 90]);
  });

  it('bears marks outside the picture', () => {
    const marks = [[-900, 3] as const, [5, 1e6] as const];
    expect(() =>
      drawContactSheet([{ caption: '', cells: [{ image: grey(16, 16), marks }] }], { cell: 32 }),
    ).not.toThrow();
  });

  it('writes captions, and cuts them at the edge', () => {
    expect(countBlack(captioned('Kx'))).toBe(inkOf('K') + inkOf('x'));
    expect(countBlack(captioned('x'.repeat(500)))).toBe(10 * inkOf('x'));
    expect(countBlack(captioned('写'))).toBe(inkOf('写'));
  });
});

describe('the type face', () => {
  it('has a glyph of its own for every printable ASCII character', () => {
    const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    const drawn = characters.map((character) => glyphRows(character).join());
    expect(new Set(drawn).size).toBe(95);
    for (const character of [...characters, '写'])
      for (const row of glyphRows(character)) expect(row >= 0 && row < 2 ** glyphWidth).toBe(true);
    expect(Math.max(...characters.map((character) => glyphRows(character).length))).toBe(glyphHeight);
  });
});
