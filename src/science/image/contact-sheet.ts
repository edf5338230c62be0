/**
 * Sheets of small pictures with captions and marked points, for people to look at. Equal input gives equal bytes: text is
 * drawn as outlines of one type face, the scaling is that of the crops.
 */
import sharp from 'sharp';
import { cropBox } from './crop.ts';
import { squareAround } from './framing.ts';
import type { Image } from './image.ts';
import { noJitter } from './jitter.ts';
import { lettersOf } from './letters.ts';

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
  const { width, height, data } = await drawContactSheet(rows, options);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 6, adaptiveFiltering: true })
    .toFile(file);
}

/** The sheet as pixels. */
export async function drawContactSheet(
  rows: readonly SheetRow[],
  { cell, columns }: SheetOptions,
): Promise<Image> {
  const across = Math.max(1, columns ?? Math.max(1, ...rows.map((row) => row.cells.length)));
  const strips = rows.flatMap((row) => stripsOf(row, across));
  const heightOf = (strip: Strip): number =>
    (strip.caption === '' ? 0 : captionLine.height) +
    (strip.cells.length === 0 ? 0 : cell + (strip.cells.some((each) => each.caption) ? cellLine.height : 0)) +
    gap;
  const width = gap + across * (cell + gap);
  const height = gap + strips.reduce((sum, strip) => sum + heightOf(strip), 0);
  const sheet: Image = { width, height, data: new Uint8Array(width * height * 3).fill(background) };
  const texts: string[] = [];

  let top = gap;
  for (const strip of strips) {
    let y = top;
    if (strip.caption !== '') {
      texts.push(textAt(strip.caption, captionLine, gap, y, width - 2 * gap));
      y += captionLine.height;
    }
    strip.cells.forEach(({ image, marks = [], caption = '' }, column) => {
      const x = gap + column * (cell + gap);
      const scale = placeImage(sheet, image, x, y, cell);
      marks.forEach((mark, index) =>
        drawDot(sheet, scale(mark), colours[index % colours.length] as Colour, cell),
      );
      texts.push(textAt(caption, cellLine, x, y + cell, cell));
    });
    top += heightOf(strip);
  }
  return withTexts(sheet, texts);
}

const gap = 6; // px
const background = 255;

interface Line {
  readonly weight: 'regular' | 'bold';
  readonly ink: string;
  /** px. */
  readonly size: number;
  readonly height: number;
  /** px below the line's top. */
  readonly base: number;
}

const captionLine: Line = { weight: 'bold', ink: '#1f2328', size: 14, height: 21, base: 15 };
const cellLine: Line = { weight: 'regular', ink: '#59636e', size: 12, height: 17, base: 12 };

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

/** One line as an SVG path, cut where it would pass `room` px. */
function textAt(
  text: string,
  { weight, ink, size, base }: Line,
  left: number,
  top: number,
  room: number,
): string {
  const letters = lettersOf(weight);
  let shown = text.normalize('NFC');
  if (letters.width(shown, size) > room) {
    const characters = Array.from(shown).slice(0, room); // none is narrower than a pixel
    while (characters.length > 0 && letters.width(`${characters.join('')}…`, size) > room) characters.pop();
    shown = `${characters.join('')}…`;
  }
  return shown === '' ? '' : `<path fill="${ink}" d="${letters.outline(shown, left, top + base, size)}"/>`;
}

async function withTexts({ width, height, data }: Image, texts: readonly string[]): Promise<Image> {
  if (texts.every((text) => text === '')) return { width, height, data };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${texts.join('')}</svg>`;
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(pixels) };
}

function setPixel(sheet: Image, x: number, y: number, colour: Colour): void {
  if (x >= 0 && x < sheet.width && y >= 0 && y < sheet.height)
    sheet.data.set(colour, (y * sheet.width + x) * 3);
}
