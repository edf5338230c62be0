/**
 * The camera's settings out of an EXIF block (a TIFF structure: EXIF 2.32, section 4.6): from the EXIF directory, and from the
 * first directory (IFD0), where scanners and TIFF/EP (ISO 12234-2) have them. An entry that is broken is told as such and loses
 * no other; of several entries for one field the first that can be read counts, one of the EXIF directory before one of IFD0.
 *
 * By hand because readers of EXIF give up a directory, or all of it, at the first entry they do not understand.
 */
import { type ExifFields, UnreadableEntry } from './fields.ts';

/** Values as stored: a number, several numbers, a text, or an `UnreadableEntry`. No field where the block is no TIFF structure. */
export function readSettings(block: Buffer): ExifFields {
  const endian = block.toString('latin1', 0, 2);
  if (block.length < 8 || (endian !== 'II' && endian !== 'MM')) return {};
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  const littleEndian = endian === 'II';
  const first = directoryAt(view, view.getUint32(4, littleEndian), littleEndian);
  const pointer = first.get(exifDirectory);
  const settings = typeof pointer === 'number' ? directoryAt(view, pointer, littleEndian) : new Map();
  return Object.fromEntries(
    Object.entries(fieldNames).flatMap(([tag, name]) => {
      const found = [settings.get(Number(tag)), first.get(Number(tag))].filter(
        (value) => value !== undefined,
      );
      const value: unknown = found.find((one) => !(one instanceof UnreadableEntry)) ?? found[0];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const exifDirectory = 0x8769;

const fieldNames: Readonly<Record<number, string>> = {
  0x0110: 'Model',
  0x829a: 'ExposureTime',
  0x829d: 'FNumber',
  0x8827: 'ISO',
  0x8831: 'StandardOutputSensitivity',
  0x8832: 'RecommendedExposureIndex',
  0x8833: 'ISOSpeed',
  0x9201: 'ShutterSpeedValue',
  0x9202: 'ApertureValue',
  0x920a: 'FocalLength',
};

const entryBytes = 12;

/** The wanted entries of the directory there; none of one that says it is longer than the block, which is no directory. */
function directoryAt(view: DataView, start: number, littleEndian: boolean): ReadonlyMap<number, unknown> {
  const found = new Map<number, unknown>();
  const count = start + 2 > view.byteLength ? 0 : view.getUint16(start, littleEndian);
  if (start + 2 + count * entryBytes > view.byteLength) return found;
  for (let i = 0; i < count; i++) {
    const entry = start + 2 + entryBytes * i;
    const tag = view.getUint16(entry, littleEndian);
    if (tag !== exifDirectory && !(tag in fieldNames)) continue;
    const earlier = found.get(tag);
    if (earlier === undefined || earlier instanceof UnreadableEntry) {
      const value = valueOf(view, entry, littleEndian);
      found.set(tag, value instanceof UnreadableEntry ? (earlier ?? value) : value);
    }
  }
  return found;
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

/** TIFF 6.0, section 2, by the number of the type; 7 are bytes of no told meaning, 13 is a LONG that points to a directory. Texts are read apart. */
const numberTypes: Readonly<Record<number, { readonly bytes: number; readonly read: Read }>> = {
  1: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  4: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  5: { bytes: 8, read: (view, at, little) => view.getUint32(at, little) / view.getUint32(at + 4, little) },
  6: { bytes: 1, read: (view, at) => view.getInt8(at) },
  7: { bytes: 1, read: (view, at) => view.getUint8(at) },
  8: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  9: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  10: { bytes: 8, read: (view, at, little) => view.getInt32(at, little) / view.getInt32(at + 4, little) },
  11: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  12: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  13: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
};

const text = 2;
/** Of several values the first is meant; that there are others is all that is kept of them. */
const mostValues = 2;
const mostLetters = 1000;

function valueOf(view: DataView, entry: number, littleEndian: boolean): unknown {
  const type = view.getUint16(entry + 2, littleEndian);
  const count = view.getUint32(entry + 4, littleEndian);
  const kind = numberTypes[type];
  if (kind === undefined && type !== text)
    return new UnreadableEntry(`is stored as type ${type}, which is no number`);
  if (count === 0) return new UnreadableEntry('is stored without a value');
  const bytes = count * (kind?.bytes ?? 1);
  const at = bytes <= 4 ? entry + 8 : view.getUint32(entry + 8, littleEndian);
  if (at + bytes > view.byteLength) return new UnreadableEntry('lies outside of the EXIF block');
  if (kind === undefined)
    return Buffer.from(view.buffer, view.byteOffset + at, Math.min(bytes, mostLetters)).toString('utf8');
  const numbers = Array.from({ length: Math.min(count, mostValues) }, (_, i) =>
    kind.read(view, at + i * kind.bytes, littleEndian),
  );
  return count === 1 ? numbers[0] : numbers;
}
