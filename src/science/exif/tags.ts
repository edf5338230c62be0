/**
 * The four camera settings the paper learns from, out of EXIF fields as they are found: numbers, rationals as text, and the
 * texts of the FDF layout ("F2.8", "1/60 sec", "50 mm"). What is absent, unreadable or implausible is missing, with the reason.
 *
 * Fields and units: EXIF 2.32 (CIPA DC-008-2019), section 4.6.5 and annex C for the APEX values.
 */
import { type ExifFields, UnreadableEntry } from './fields.ts';

export interface CameraTags {
  /** f-number N. */
  readonly aperture: number;
  /** Seconds. */
  readonly exposureTime: number;
  /** mm, of the lens itself, not its 35-mm equivalent. */
  readonly focalLength: number;
  /** ISO 12232 sensitivity. */
  readonly iso: number;
}

export type TagName = keyof CameraTags;
export const tagNames: readonly TagName[] = ['aperture', 'exposureTime', 'focalLength', 'iso'];

export type TagReading =
  { readonly ok: true; readonly value: number } | { readonly ok: false; readonly reason: string };

/** Each of the four tags, or why it is missing. */
export function readTags(fields: ExifFields): Readonly<Record<TagName, TagReading>> {
  return {
    aperture: withApex(
      readField(fields, 'FNumber', apertureOf, plausible.aperture),
      readField(fields, 'ApertureValue', apexAperture, plausible.aperture),
      fields['ApertureValue'],
    ),
    exposureTime: withApex(
      readField(fields, 'ExposureTime', exposureTimeOf, plausible.exposureTime),
      readField(fields, 'ShutterSpeedValue', apexExposureTime, plausible.exposureTime),
      fields['ShutterSpeedValue'],
    ),
    focalLength: readField(fields, 'FocalLength', focalLengthOf, plausible.focalLength),
    iso: readIso(fields),
  };
}

/** All four, or undefined where one is missing. */
export function allTags(readings: Readonly<Record<TagName, TagReading>>): CameraTags | undefined {
  const { aperture, exposureTime, focalLength, iso } = readings;
  if (!aperture.ok || !exposureTime.ok || !focalLength.ok || !iso.ok) return undefined;
  return {
    aperture: aperture.value,
    exposureTime: exposureTime.value,
    focalLength: focalLength.value,
    iso: iso.value,
  };
}

type Range = readonly [least: number, most: number];

/** Wider than any camera sold; outside lies a fault of the file. */
export const plausible: Readonly<Record<TagName, Range>> = {
  aperture: [0.5, 256], // pinholes included
  exposureTime: [1e-6, 86_400], // s, to a day
  focalLength: [0.5, 10_000], // mm
  iso: [1, 10_000_000],
};

/** `FNumber` and its like: 2.8, "28/10", "2.8", "F2.8", "f/2.8". */
export function apertureOf(value: unknown): number {
  return numberOf(value, /^(?:f\s*\/?\s*)?(?<number>\S+)$/i);
}

/** Seconds: 0.0125, "1/80", "1/80 sec", "0.5 s", "0.0125 sec (1/80)" where the fraction in brackets is the exact one. */
export function exposureTimeOf(value: unknown): number {
  const exact = typeof value === 'string' ? /\((\d+\/\d+)\)\s*$/.exec(value)?.[1] : undefined;
  return numberOf(exact ?? value, /^(?<number>\S+?)\s*(?:sec(?:onds?)?\.?|s)?$/i);
}

/** mm: 50, "500/10", "50 mm", "50.0mm". */
export function focalLengthOf(value: unknown): number {
  return numberOf(value, /^(?<number>\S+?)\s*(?:mm)?$/i);
}

/** 200, "200", "ISO 200", or the first of several. */
export function isoOf(value: unknown): number {
  const single = Array.isArray(value) || ArrayBuffer.isView(value) ? (value as ArrayLike<unknown>)[0] : value;
  return numberOf(single, /^(?:iso\s*)?(?<number>\S+)$/i);
}

/** ApertureValue Av: N = 2^(Av/2) (EXIF 2.32, annex C). */
export function apexAperture(value: unknown): number {
  return 2 ** (numberOf(value, plainNumber) / 2);
}

/** ShutterSpeedValue Tv: t = 2^-Tv seconds (EXIF 2.32, annex C). */
export function apexExposureTime(value: unknown): number {
  return 2 ** -numberOf(value, plainNumber);
}

const plainNumber = /^(?<number>\S+)$/;

/** A number, or the text of a number or fraction within `pattern`'s group `number`; NaN for anything else and for a zero denominator. */
function numberOf(value: unknown, pattern: RegExp): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const text = pattern.exec(value.replaceAll('\0', '').trim())?.groups?.['number'];
  const parts = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\/(\d+\.?\d*))?$/i.exec(text ?? '');
  if (parts === null) return Number.NaN;
  return Number(parts[1]) / Number(parts[2] ?? 1);
}

/** PhotographicSensitivity, which cannot pass 65535 and then stands for "see the others" (EXIF 2.32, 4.6.5 G). */
function readIso(fields: ExifFields): TagReading {
  const [sensitivity, ...others] = isoFields.map((field) => readField(fields, field, isoOf, plausible.iso));
  if (sensitivity?.ok && sensitivity.value !== sensitivityLimit) return sensitivity;
  const other = others.find((reading) => reading.ok);
  return other ?? (sensitivity as TagReading);
}

const isoFields = ['ISO', 'RecommendedExposureIndex', 'StandardOutputSensitivity', 'ISOSpeed'];
const sensitivityLimit = 65_535;

/**
 * The field itself, else its APEX form. An APEX 0 (f/1, 1 s) beside a field that holds nothing usable is the same "unknown"
 * once more: cameras write both for lenses without contacts.
 */
function withApex(field: TagReading, apex: TagReading, apexValue: unknown): TagReading {
  if (field.ok) return field;
  const unknownAgain = field.reason !== absent && numberOf(apexValue, plainNumber) === 0;
  return apex.ok && !unknownAgain ? apex : field;
}

const absent = 'absent';

function readField(
  fields: ExifFields,
  name: string,
  read: (value: unknown) => number,
  [least, most]: Range,
): TagReading {
  const found = fields[name];
  if (found === undefined || found === null) return { ok: false, reason: absent };
  const value = read(found);
  if (Number.isFinite(value) && value >= least && value <= most) return { ok: true, value };
  return { ok: false, reason: `${name} ${complaint(found, value)}` };

  function complaint(found: unknown, value: number): string {
    if (found instanceof UnreadableEntry) return found.reason;
    const shown =
      typeof found === 'string' || typeof found === 'number'
        ? JSON.stringify(found)
        : `of type ${typeof found}`;
    if (Number.isFinite(value)) return `${shown} is not within ${least} to ${most}`;
    if (typeof found === 'number' || !Number.isNaN(value)) return 'has a zero denominator';
    return `${shown} is not understood`;
  }
}
