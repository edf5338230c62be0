import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawContactSheet, writeContactSheet } from '../../../src/science/image/contact-sheet.ts';
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
/** How far from white all its pixels are together. */
const inkOf = ({ data }: Image): number => data.reduce((sum, value) => sum + (255 - value), 0);
const captioned = (caption: string): Promise<Image> =>
  drawContactSheet([{ caption, cells: [] }], { cell: 64 });

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
    expect(await readImage(first)).toEqual({ ok: true, value: await drawContactSheet(rows, { cell: 64 }) });
  });

  it('has a line more for every further set of columns', async () => {
    const cells = Array.from({ length: 7 }, () => ({ image: grey(16, 16) }));
    const rows = [{ caption: '', cells }];
    const one = await drawContactSheet(rows, { cell: 32 });
    const three = await drawContactSheet(rows, { cell: 32, columns: 3 });
    expect([one.width, one.height]).toEqual([6 + 7 * 38, 6 + 38]);
    expect([three.width, three.height]).toEqual([6 + 3 * 38, 6 + 3 * 38]);
  });

  it('scales a picture into its cell without distorting it', async () => {
    const sheet = await drawContactSheet([{ caption: '', cells: [{ image: grey(40, 20) }] }], { cell: 32 });
    expect(pixelAt(sheet, 6, 6 + 8)).toEqual([90, 90, 90]);
    expect(pixelAt(sheet, 6 + 31, 6 + 23)).toEqual([90, 90, 90]);
    expect(pixelAt(sheet, 6, 6 + 7)).toEqual([255, 255, 255]);
    expect(pixelAt(sheet, 6, 6 + 24)).toEqual([255, 255, 255]);
  });

  it('puts a mark on the pixel it names', async () => {
    const sheet = await drawContactSheet(
      [{ caption: '', cells: [{ image: grey(16, 16), marks: [[3, 10]] }] }],
      {
        cell: 64,
      },
    );
    // Pixel (3, 10) covers 4 x 4 px of the cell, with its centre between the second and the third.
    expect(pixelAt(sheet, 6 + 3 * 4 + 1, 6 + 10 * 4 + 2)).not.toEqual([90, 90, 90]);
    expect(pixelAt(sheet, 6 + 3 * 4 + 7, 6 + 10 * 4 + 2)).toEqual([90, 90, 90]);
  });

  it('bears marks outside the picture', async () => {
    const marks = [[-900, 3] as const, [5, 1e6] as const];
    const sheet = await drawContactSheet([{ caption: '', cells: [{ image: grey(16, 16), marks }] }], {
      cell: 32,
    });
    expect(pixelAt(sheet, 10, 10)).toEqual([90, 90, 90]);
  });

  it('writes captions, and cuts them at the edge', async () => {
    const [none, one, two] = await Promise.all(['', 'K', 'KK'].map(captioned));
    expect(inkOf(none as Image)).toBe(0);
    expect(inkOf(two as Image) / inkOf(one as Image)).toBeCloseTo(2, 1);
    const long = await captioned('x'.repeat(500));
    expect(inkOf(long)).toBeGreaterThan(inkOf(two as Image));
    for (let y = 0; y < long.height; y++) expect(pixelAt(long, long.width - 1, y)).toEqual([255, 255, 255]);
    expect(inkOf(await captioned('写'))).toBeGreaterThan(0);
  });
});
