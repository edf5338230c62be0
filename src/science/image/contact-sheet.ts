/**
 * Sheets of small pictures with captions and marked points, for people to look at. Equal input gives equal bytes: the
 * letters are our own (`glyphs.ts`), the scaling is that of the crops.
 */
import sharp from 'sharp';
import { cropBox } from './crop.ts';
import { squareAround } from './framing.ts';
import { glyphHeight, glyphRows, glyphWidth } from './glyphs.ts';
import type { Image } from './image.ts';
import { noJitter } from './jitter.ts';

export interface SheetRow {
  readonly caption: string;
  readonly cells: readonly SheetCell[];
}

interface SheetCell {
  readonly image: Image;
  /** Points in px of the image, pixel centres at integers, drawn as dots. */
  readonly marks?: readonly (readonly [x: number, y: number])[];
  readonly caption?: string;
}

export interface SheetOptions {
  /** Side of a cell, px; pictures are scaled to fit into it. */
  readonly cell: number;
  /** Cells beside each other, after which a row goes on below; as many as the longest row has, if not given. */
  readonly columns?: number;
}

/** Writes the sheet as PNG: for every row its caption and below it its cells. Empty captions take no room. */
export async function writeContactSheet(
  file: string,
  rows: readonly SheetRow[],
  options: SheetOptions,
): Promise<void> {
  const { width, height, data } = drawContactSheet(rows, options);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6, adaptiveFiltering: true })
    .toFile(file);
}

/** The sheet as pixels. */
export function drawContactSheet(rows: readonly SheetRow[], { cell, columns }: SheetOptions): Image {
  const across = Math.max(1, columns ?? Math.max(1, ...rows.map((row) => row.cells.length)));
  const letters = cell >= 240 ? 2 : 1; // size of a glyph's pixel
  const line = (glyphHeight + 2) * letters;
  const strips = rows.flatMap((row) => stripsOf(row, across));
  const heightOf = (strip: Strip): number =>
    (strip.caption === '' ? 0 : line) +
    (strip.cells.length === 0 ? 0 : cell + (strip.cells.some((each) => each.caption) ? line : 0)) +
    gap;
  const width = gap + across * (cell + gap);
  const height = gap + strips.reduce((sum, strip) => sum + heightOf(strip), 0);
  const sheet: Image = { width, height, data: new Uint8Array(width * height * 3).fill(background) };

  let top = gap;
  for (const strip of strips) {
    let y = top;
    if (strip.caption !== '') {
      writeText(sheet, strip.caption, gap, y, letters, width - 2 * gap);
      y += line;
    }
    strip.cells.forEach(({ image, marks = [], caption = '' }, column) => {
      const x = gap + column * (cell + gap);
      const scale = placeImage(sheet, image, x, y, cell);
      marks.forEach((mark, index) =>
        drawDot(sheet, scale(mark), colours[index % colours.length] as Colour, cell),
      );
      writeText(sheet, caption, x, y + cell + letters, letters, cell);
    });
    top += heightOf(strip);
  }
  return sheet;
}

const gap = 4; // px
const background = 245;
type Colour = readonly [red: number, green: number, blue: number];
const black: Colour = [0, 0, 0];
/** Told apart by people who see no red or no green, on skin too (Okabe and Ito 2008); neighbours in a list of points differ. */
const colours: readonly Colour[] = [
  [0, 158, 255],
  [240, 228, 66],
  [0, 200, 130],
  [255, 100, 200],
];

/** A line of cells; the caption is that of the row, over its first line only. */
interface Strip {
  readonly caption: string;
  readonly cells: readonly SheetCell[];
}

function stripsOf({ caption, cells }: SheetRow, across: number): Strip[] {
  const strips: Strip[] = [{ caption, cells: cells.slice(0, across) }];
  for (let start = across; start < cells.length; start += across)
    strips.push({ caption: '', cells: cells.slice(start, start + across) });
  return strips;
}

/** Fits the picture into the cell, centred; returns the map from its points to the sheet's. */
function placeImage(
  sheet: Image,
  image: Image,
  left: number,
  top: number,
  cell: number,
): (point: readonly [number, number]) => [number, number] {
  const square = squareAround({ x: 0, y: 0, width: image.width, height: image.height }, 1);
  const pixels = cropBox(image, square, cell, noJitter);
  const scale = cell / square.width;
  for (let y = 0; y < cell; y++) {
    for (let x = 0; x < cell; x++) {
      const insideX = (x + 0.5) / scale + square.x;
      const insideY = (y + 0.5) / scale + square.y;
      if (insideX < 0 || insideX > image.width || insideY < 0 || insideY > image.height) continue;
      const from = (y * cell + x) * 3;
      sheet.data.set(pixels.subarray(from, from + 3), ((top + y) * sheet.width + left + x) * 3);
    }
  }
  return ([x, y]) => [left + (x + 0.5 - square.x) * scale - 0.5, top + (y + 0.5 - square.y) * scale - 0.5];
}

/** A dot with a dark rim. Points outside the sheet leave no trace. */
function drawDot(sheet: Image, [x, y]: readonly [number, number], colour: Colour, cell: number): void {
  const radius = Math.max(1, cell / 120);
  for (let row = Math.floor(y - radius - 1); row <= Math.ceil(y + radius + 1); row++)
    for (let column = Math.floor(x - radius - 1); column <= Math.ceil(x + radius + 1); column++) {
      const distance = Math.hypot(column - x, row - y);
      if (distance <= radius) setPixel(sheet, column, row, colour);
      else if (cell >= 160 && distance <= radius + 0.8) setPixel(sheet, column, row, black);
    }
}

/** One line, cut where it would pass `room` px. */
function writeText(sheet: Image, text: string, left: number, top: number, size: number, room: number): void {
  const step = (glyphWidth + 1) * size;
  const characters = Array.from(text.normalize('NFC')).slice(0, Math.floor((room + size) / step));
  characters.forEach((character, position) => {
    glyphRows(character).forEach((bits, row) => {
      for (let column = 0; column < glyphWidth; column++) {
        if (((bits >> (glyphWidth - 1 - column)) & 1) === 0) continue;
        for (let dy = 0; dy < size; dy++)
          for (let dx = 0; dx < size; dx++)
            setPixel(sheet, left + position * step + column * size + dx, top + row * size + dy, black);
      }
    });
  });
}

function setPixel(sheet: Image, x: number, y: number, colour: Colour): void {
  if (x >= 0 && x < sheet.width && y >= 0 && y < sheet.height)
    sheet.data.set(colour, (y * sheet.width + x) * 3);
}
