/** A picture made smaller by whole blocks of pixels. WebAssembly (`reduce.wat`) makes the sums, with the numbers that plain code gives. */
import { readFileSync } from 'node:fs';
import type { Image } from './image.ts';

/** Samples of a picture, not necessarily whole numbers: `(height, width, 3)`. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Float32Array;
}

/** In blocks, ends not included. */
export interface BlockRange {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The means of blocks of `block` x `block` pixels, counted from the picture's top left; of all, or of those in `range`. A block that
 * reaches over the right or the lower edge counts the edge pixels again, as if the picture went on with them.
 */
export function reduceImage(image: Image, block: number, range = allBlocks(image, block)): Samples {
  const { left, top, right, bottom } = range;
  const columns = right - left;
  const { bytes, floats, stride, at } = layOut(columns, block);
  const data = new Float32Array(columns * (bottom - top) * 3);
  for (let row = top; row < bottom; row++) {
    for (let line = 0; line < block; line++)
      copyLine(image, row * block + line, left * block, columns * block, bytes, at.lines + stride * line);
    meansOfBlocks(at.lines, stride, block, columns, at.sums, at.means);
    const means = at.means / 4;
    data.set(floats.subarray(means, means + 3 * columns), 3 * columns * (row - top));
  }
  return { width: columns, height: bottom - top, data };
}

const allBlocks = ({ width, height }: Image, block: number): BlockRange => ({
  left: 0,
  top: 0,
  right: Math.ceil(width / block),
  bottom: Math.ceil(height / block),
});

/** The function of `reduce.wat`, whose parameters it explains. */
interface Reduce {
  readonly memory: WebAssembly.Memory;
  readonly meansOfBlocks: (
    lines: number,
    stride: number,
    block: number,
    count: number,
    sums: number,
    to: number,
  ) => void;
}
const module = new WebAssembly.Module(readFileSync(new URL('./reduce.wasm', import.meta.url)));
const { memory, meansOfBlocks } = new WebAssembly.Instance(module).exports as unknown as Reduce;

/** Where everything lies in the memory, in bytes, and views of the memory, which grows to what one row of blocks needs. */
function layOut(columns: number, block: number) {
  const stride = Math.ceil((3 * columns * block) / 16) * 16;
  const sums = stride * block;
  const means = sums + 4 * stride + 16; // the last sum is read with one more
  const lacking = means + 12 * columns + 4 - memory.buffer.byteLength;
  if (lacking > 0) memory.grow(Math.ceil(lacking / 65_536));
  const { buffer } = memory;
  return {
    bytes: new Uint8Array(buffer),
    floats: new Float32Array(buffer),
    stride,
    at: { lines: 0, sums, means },
  };
}

/** Copies `count` pixels of a line from column `first` on; beyond the picture its edge goes on. */
function copyLine(
  { width, height, data }: Image,
  line: number,
  first: number,
  count: number,
  into: Uint8Array,
  start: number,
): void {
  const from = 3 * width * Math.min(line, height - 1);
  const inside = Math.min(count, width - first);
  into.set(data.subarray(from + 3 * first, from + 3 * (first + inside)), start);
  for (let pixel = inside; pixel < count; pixel++)
    into.set(data.subarray(from + 3 * (width - 1), from + 3 * width), start + 3 * pixel);
}
