import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allTags,
  apertureOf,
  apexAperture,
  apexExposureTime,
  exposureTimeOf,
  focalLengthOf,
  isoOf,
  plausible,
  readTags,
  tagNames,
  type TagReading,
} from '../../../src/science/exif/tags.ts';

const complete = { FNumber: 2.8, ExposureTime: 1 / 60, FocalLength: 50, ISO: 200 };
const value = (reading: TagReading): number | undefined => (reading.ok ? reading.value : undefined);
const reason = (reading: TagReading): string | undefined => (reading.ok ? undefined : reading.reason);

describe('the texts of camera settings', () => {
  it.each([
    ['F2.8', 2.8],
    ['f/2.8', 2.8],
    ['F 11', 11],
    ['2.8', 2.8],
    ['28/10', 2.8],
    ['f/.95', 0.95],
    [' F4\0', 4],
  ])('reads the f-number %j', (text, expected) => expect(apertureOf(text)).toBeCloseTo(expected, 12));

  it.each([
    ['1/60 sec', 1 / 60],
    ['1/60', 1 / 60],
    ['10/600 s', 1 / 60],
    ['0.5 sec.', 0.5],
    ['2 seconds', 2],
    ['30', 30],
    ['1.0e-3 s', 0.001],
    ['0.017 sec (1/60)', 1 / 60],
  ])('reads the exposure time %j', (text, expected) =>
    expect(exposureTimeOf(text)).toBeCloseTo(expected, 12),
  );

  it.each([
    ['50 mm', 50],
    ['50.5mm', 50.5],
    ['350/10', 35],
    ['4.2 MM', 4.2],
  ])('reads the focal length %j', (text, expected) => expect(focalLengthOf(text)).toBeCloseTo(expected, 12));

  it.each([
    ['200', 200],
    ['ISO 200', 200],
    ['iso3200', 3200],
    [[400, 0], 400],
    [new Uint16Array([800, 800]), 800],
    [640, 640],
  ])('reads the sensitivity %j', (found, expected) => expect(isoOf(found)).toBe(expected));

  it.each(['F', 'f/', '', 'unknown', '2,8', '--2', 'F2.8.1', '2.8 2.8', undefined, null, {}, [], true])(
    'understands no f-number in %j',
    (found) => expect(apertureOf(found)).toBeNaN(),
  );

  it.each(['1/60 min', 'sec', '1/', '/60', 'bulb', '1/60/2'])('understands no exposure time in %j', (found) =>
    expect(exposureTimeOf(found)).toBeNaN(),
  );

  it('comes back from every way of writing it', () => {
    const decimal = fc.integer({ min: 1, max: 99_999 }).map((n) => n / 100);
    fc.assert(
      fc.property(decimal, fc.integer({ min: 1, max: 32_000 }), (number, denominator) => {
        expect(apertureOf(`F${number}`)).toBe(number);
        expect(apertureOf(`f/${number}`)).toBe(number);
        expect(focalLengthOf(`${number} mm`)).toBe(number);
        expect(isoOf(`ISO ${number}`)).toBe(number);
        expect(exposureTimeOf(`${number} sec`)).toBe(number);
        expect(exposureTimeOf(`1/${denominator} sec`)).toBe(1 / denominator);
      }),
    );
  });
});

describe('APEX values', () => {
  // EXIF 2.32, annex C: Av 0..10 is f/1 to f/32, Tv -5..11 is 30 s to 1/2000 s in the rounded marks of cameras.
  it.each([
    [0, 1],
    [1, 1.4],
    [2, 2],
    [3, 2.8],
    [4, 4],
    [5, 5.6],
    [6, 8],
    [7, 11],
    [8, 16],
    [9, 22],
    [10, 32],
  ])('take Av %i for f/%d', (apex, mark) => expect(apexAperture(apex) / mark).toBeCloseTo(1, 1));

  it.each([
    [-5, 30],
    [-4, 15],
    [-3, 8],
    [-2, 4],
    [-1, 2],
    [0, 1],
    [1, 1 / 2],
    [2, 1 / 4],
    [3, 1 / 8],
    [4, 1 / 15],
    [5, 1 / 30],
    [6, 1 / 60],
    [7, 1 / 125],
    [8, 1 / 250],
    [9, 1 / 500],
    [10, 1 / 1000],
    [11, 1 / 2000],
  ])('take Tv %i for %d s', (apex, mark) =>
    expect(Math.abs(apexExposureTime(apex) / mark - 1)).toBeLessThan(0.07),
  );

  it('are the inverse of the definition', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 64, noNaN: true }), (number) => {
        expect(apexAperture(2 * Math.log2(number))).toBeCloseTo(number, 9);
        expect(apexExposureTime(-Math.log2(number))).toBeCloseTo(number, 9);
      }),
    );
  });
});

describe('the four tags', () => {
  it('are read from their own fields', () => {
    expect(allTags(readTags(complete))).toEqual({
      aperture: 2.8,
      exposureTime: 1 / 60,
      focalLength: 50,
      iso: 200,
    });
  });

  it('prefer their own field to the APEX value', () => {
    const readings = readTags({ ...complete, ApertureValue: 8, ShutterSpeedValue: 10 });
    expect(value(readings.aperture)).toBe(2.8);
    expect(value(readings.exposureTime)).toBe(1 / 60);
  });

  it('fall back to the APEX values', () => {
    const readings = readTags({ ApertureValue: 4, ShutterSpeedValue: 6 });
    expect(value(readings.aperture)).toBe(4);
    expect(value(readings.exposureTime)).toBe(1 / 64);
  });

  it('fall back to the APEX value of a field that has a zero denominator', () => {
    expect(value(readTags({ FNumber: Number.NaN, ApertureValue: 4 }).aperture)).toBe(4);
  });

  it('take an APEX 0 for 1 s where it stands alone, and for unknown beside a 0', () => {
    expect(value(readTags({ ShutterSpeedValue: 0 }).exposureTime)).toBe(1);
    expect(reason(readTags({ ShutterSpeedValue: 0, ExposureTime: 0 }).exposureTime)).toMatch(
      /^ExposureTime 0/,
    );
    expect(reason(readTags({ ApertureValue: 0, FNumber: 0 }).aperture)).toMatch(/^FNumber 0/);
  });

  it('take the sensitivity from the field that can hold it', () => {
    expect(value(readTags({ ISO: 65_535, RecommendedExposureIndex: 102_400 }).iso)).toBe(102_400);
    expect(value(readTags({ ISO: 65_535 }).iso)).toBe(65_535);
    expect(value(readTags({ StandardOutputSensitivity: 1600 }).iso)).toBe(1600);
    expect(value(readTags({ ISO: 0, ISOSpeed: 500 }).iso)).toBe(500);
    expect(value(readTags({ ISO: 100, RecommendedExposureIndex: 200 }).iso)).toBe(100);
  });

  it.each([
    [{}, 'absent'],
    [{ FNumber: Number.POSITIVE_INFINITY }, 'FNumber has a zero denominator'],
    [{ FNumber: Number.NaN }, 'FNumber has a zero denominator'],
    [{ FNumber: '28/0' }, 'FNumber has a zero denominator'],
    [{ FNumber: 'F' }, 'FNumber "F" is not understood'],
    [{ FNumber: 0 }, 'FNumber 0 is not within 0.5 to 256'],
    [{ FNumber: -2.8 }, 'FNumber -2.8 is not within 0.5 to 256'],
    [{ FNumber: 4e9 }, 'FNumber 4000000000 is not within 0.5 to 256'],
  ])('say of %j why the aperture is missing', (fields, expected) => {
    expect(reason(readTags(fields).aperture)).toBe(expected);
  });

  it('are not all there when one is missing', () => {
    for (const name of Object.keys(complete))
      expect(allTags(readTags({ ...complete, [name]: 0 }))).toBeUndefined();
  });

  it('are finite and plausible whatever the fields hold', () => {
    const anything = fc.oneof(fc.anything(), fc.double(), fc.string(), fc.integer());
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...Object.keys(complete), 'ApertureValue', 'ShutterSpeedValue'),
          anything,
        ),
        (fields) => {
          const readings = readTags(fields);
          for (const name of tagNames) {
            const reading = readings[name];
            const [least, most] = plausible[name];
            expect(reading.ok ? reading.value >= least && reading.value <= most : reading.reason !== '').toBe(
              true,
            );
          }
        },
      ),
    );
  });
});
