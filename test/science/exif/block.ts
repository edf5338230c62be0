/** EXIF blocks put together by hand (TIFF 6.0, section 2), so that any entry of them can be wrong. */

export interface BlockEntry {
  readonly tag: number;
  readonly type: number;
  /** Of fractions numerator and denominator in turn; of a type that there is not, two longs. */
  readonly values: readonly number[];
  /** As it says, in place of how many there are. */
  readonly count?: number;
  /** Where it says that the values are. */
  readonly at?: number;
}

export interface Block {
  /** Of the first directory, IFD0. */
  readonly first?: readonly BlockEntry[];
  /** Of the EXIF directory; there is none where absent. */
  readonly exif?: readonly BlockEntry[];
  readonly littleEndian?: boolean;
}

/** The first directory is at byte 8, the values of each behind it. */
export function blockOf({ first = [], exif, littleEndian = true }: Block): Buffer {
  const pointer: BlockEntry[] = exif === undefined ? [] : [{ tag: 0x8769, type: 4, values: [0] }];
  const start = 8 + sizeOf([...first, ...pointer]);
  const entries = [...first, ...pointer.map((entry) => ({ ...entry, values: [start] }))];
  const block = Buffer.alloc(start + sizeOf(exif ?? []));
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  block.write(littleEndian ? 'II' : 'MM', 'latin1');
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  write(view, 8, entries, littleEndian);
  if (exif !== undefined) write(view, start, exif, littleEndian);
  return block;
}

const bytesOf = { 1: 1, 2: 1, 3: 2, 7: 1, 12: 8 } as Readonly<Record<number, number>>;
const isFraction = (type: number): boolean => type === 5 || type === 10;

const dataBytes = ({ type, values }: BlockEntry): number => values.length * (bytesOf[type] ?? 4);

const sizeOf = (entries: readonly BlockEntry[]): number =>
  2 + 12 * entries.length + 4 + entries.reduce((sum, entry) => sum + outside(entry), 0);

/** Values of more than four bytes lie behind the directory. */
const outside = (entry: BlockEntry): number => (dataBytes(entry) > 4 ? dataBytes(entry) : 0);

function write(view: DataView, start: number, entries: readonly BlockEntry[], little: boolean): void {
  view.setUint16(start, entries.length, little);
  let free = start + 2 + 12 * entries.length + 4;
  entries.forEach((entry, i) => {
    const { tag, type, values, count, at } = entry;
    const place = start + 2 + 12 * i;
    view.setUint16(place, tag, little);
    view.setUint16(place + 2, type, little);
    view.setUint32(place + 4, count ?? (isFraction(type) ? values.length / 2 : values.length), little);
    let data = place + 8;
    if (outside(entry) > 0) {
      view.setUint32(data, at ?? free, little);
      data = free;
      free += dataBytes(entry);
    }
    for (const [j, value] of values.entries()) {
      const target = data + j * (bytesOf[type] ?? 4);
      if (type === 11) view.setFloat32(target, value, little);
      else if (type === 12) view.setFloat64(target, value, little);
      else if (type === 3) view.setUint16(target, value, little);
      else if (bytesOf[type] === 1) view.setUint8(target, value);
      else view.setUint32(target, value, little);
    }
  });
}
