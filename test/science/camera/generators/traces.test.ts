import { describe, expect, it } from 'vitest';
import { gaussianBlur } from '../../../../src/science/camera/blur.ts';
import { cubicWeights } from '../../../../src/science/image/cubic.ts';
import {
  addNoise,
  deviationOf,
  greyHalf,
  shiftCyclically,
  whiten,
} from '../../../../src/science/camera/generators/noise.ts';
import {
  addBlotches,
  addPattern,
  downAndUp,
  downAndUpNearest,
  quantisePatches,
  saturate,
} from '../../../../src/science/camera/generators/resynthesis.ts';
import { matchSpectrum } from '../../../../src/science/camera/generators/spectrum.ts';
import { warp } from '../../../../src/science/camera/generators/warp.ts';
import { emptyPlanes, plane, type Planes } from '../../../../src/science/camera/planes.ts';
import { randomOf } from '../../../../src/science/random.ts';

const size = 32;

function filled(value: (x: number, y: number, channel: number) => number): Planes {
  const picture = emptyPlanes(size, 3);
  const { data } = picture;
  for (let i = 0; i < data.length; i++)
    data[i] = value(i % size, Math.floor(i / size) % size, Math.floor(i / (size * size)));
  return picture;
}
const noise = (): Planes => {
  const random = randomOf('white noise');
  return filled(() => 0.1 * random.normal());
};
const difference = (a: Planes, b: Planes): Planes => ({
  ...a,
  data: a.data.map((value, i) => value - (b.data[i] as number)),
});

const colourDeviation = (picture: Planes): number =>
  deviationOf({
    ...picture,
    data: plane(picture, 0).map((value, i) => value - (plane(picture, 2)[i] as number)),
  });

const highestBand = (of: Planes): number => deviationOf(difference(of, gaussianBlur(of, 0.4)));

describe('a decoder that upsamples', () => {
  it.each([
    ['by interpolation', downAndUp],
    ['by repetition', downAndUpNearest],
  ])('%s keeps plain areas and loses a chequerboard', (_, resample) => {
    const grey = resample(filled(() => 0.3));
    for (const value of grey.data) expect(value).toBeCloseTo(0.3, 5);
    const board = resample(filled((x, y) => (x + y) % 2));
    for (const value of board.data) expect(value).toBeCloseTo(0.5, 5);
  });

  it('keeps a slope where it lies', () => {
    const slope = filled((x) => x / size);
    const result = downAndUp(slope);
    for (let x = 2; x < size - 2; x++) expect(result.data[size * 8 + x]).toBeCloseTo(x / size, 5);
  });

  it('leaves a pattern of its period, the same in every picture', () => {
    const first = filled(() => 0.5);
    const second = filled(() => 0.2);
    addPattern(first, 'a model', 4, 0.01);
    addPattern(second, 'a model', 4, 0.01);
    first.data.forEach((value, i) => expect(value - 0.5).toBeCloseTo((second.data[i] as number) - 0.2, 6));
    for (let x = 0; x < size - 4; x++) expect(first.data[x]).toBe(first.data[x + 4]);
    expect(new Set(first.data.slice(0, 4)).size).toBe(4);
  });
});

describe('a code book', () => {
  it('keeps slopes and rounds what is small in a patch to nothing', () => {
    const slope = filled((x, y) => (x + 2 * y) / 200);
    const speckled = { ...slope, data: slope.data.slice() };
    speckled.data[5 * size + 5] = (speckled.data[5 * size + 5] as number) + 0.002;
    quantisePatches(speckled, 0.02);
    for (let top = 0; top < size; top += 4) {
      const offset = (speckled.data[top * size] as number) - (slope.data[top * size] as number);
      expect(Math.abs(offset)).toBeLessThanOrEqual(0.0036);
    }
    const second = (speckled.data[5 * size + 4] as number) - 2 * (speckled.data[5 * size + 5] as number);
    expect(second + (speckled.data[5 * size + 6] as number)).toBeCloseTo(0, 5);
  });
});

describe('tone and colour', () => {
  it('saturate takes colours farther from their grey and greys nowhere', () => {
    const picture = filled((_x, _y, channel) => [0.6, 0.5, 0.3][channel] as number);
    saturate(picture, 1.5, 1);
    const grey = 0.299 * 0.6 + 0.587 * 0.5 + 0.114 * 0.3;
    expect(picture.data[0]).toBeCloseTo(grey + 1.5 * (0.6 - grey), 5);
    const plain = filled(() => 0.5);
    saturate(plain, 1.5, 1.1);
    for (const value of plain.data) expect(value).toBeCloseTo(0.5, 5);
  });

  it('blotches are smooth and coloured', () => {
    const picture = filled(() => 0);
    addBlotches(randomOf(1), picture, size / 5, 0.02);
    const detail = deviationOf(difference(picture, gaussianBlur(picture, 0.8)));
    expect(deviationOf(picture)).toBeGreaterThan(0.005);
    expect(detail).toBeLessThan(0.1 * deviationOf(picture));
    expect(plane(picture, 0)).not.toEqual(plane(picture, 1));
  });
});

describe('noise of the wrong kind', () => {
  it('is the same noise elsewhere after a cyclic shift', () => {
    const shifted = noise();
    shiftCyclically(randomOf(4), shifted);
    expect(shifted.data).not.toEqual(noise().data);
    for (const channel of [0, 1, 2])
      expect(plane(shifted, channel).toSorted()).toEqual(plane(noise(), channel).toSorted());
  });

  it('keeps its amount when whitened, nearly, and loses colour when greyed', () => {
    const white = noise();
    whiten(randomOf(5), white);
    expect(deviationOf(white) / deviationOf(noise())).toBeCloseTo(1, 1);
    const grey = noise();
    greyHalf(grey);
    expect(colourDeviation(grey) / colourDeviation(noise())).toBeCloseTo(0.5, 5);
  });

  it('is stronger in the face than around it, or weaker', () => {
    const even = filled(() => 1);
    const picture = filled(() => 0);
    addNoise(picture, even, 1, 0.6);
    expect(picture.data[(size / 2) * size + size / 2]).toBeCloseTo(1.3, 2);
    expect(picture.data[0]).toBeCloseTo(0.7, 2);
  });
});

describe('spectrum matching', () => {
  it('gives a soft picture the energy of a photograph in its two highest bands', () => {
    const photograph = noise();
    const picture = gaussianBlur(noise(), 0.5);
    matchSpectrum(picture, photograph, 1);
    expect(highestBand(picture) / highestBand(photograph)).toBeGreaterThan(0.9);
    expect(highestBand(picture) / highestBand(photograph)).toBeLessThan(1.1);
  });

  it('does nothing at exactness 0', () => {
    const before = noise();
    const picture = { ...before, data: before.data.slice() };
    matchSpectrum(
      picture,
      filled(() => 0.5),
      0,
    );
    expect(deviationOf(difference(picture, before))).toBeLessThan(1e-6);
  });
});

describe('the warp', () => {
  it('leaves the picture where it is when nothing moves', () => {
    const random = randomOf('picture');
    const picture = filled(() => random.uniform());
    warp(randomOf(1), picture, 0).data.forEach((value, i) =>
      expect(value).toBeCloseTo(picture.data[i] as number, 6),
    );
  });

  it('moves places by its deviation and keeps light from going below 0', () => {
    const slope = filled((x) => x);
    const { data } = warp(randomOf(2), slope, 1.5);
    const shifts = Array.from({ length: 20 }, (_, i) => Math.abs((data[(6 + i) * size + 16] as number) - 16));
    expect(Math.max(...shifts)).toBeGreaterThan(0.3);
    expect(Math.max(...shifts)).toBeLessThan(6);
    for (const value of warp(
      randomOf(2),
      filled((x, y) => (x + y) % 2),
      1.5,
    ).data)
      expect(value).toBeGreaterThanOrEqual(0);
  });

  it('interpolates by weights that sum to 1 and reproduce a parabola', () => {
    for (const fraction of [0, 0.3, 0.5, 0.9]) {
      const weights = cubicWeights(fraction);
      const moment = (power: number): number =>
        weights.reduce((sum, weight, i) => sum + weight * (i - 1) ** power, 0);
      expect(moment(0)).toBeCloseTo(1, 10);
      expect(moment(1)).toBeCloseTo(fraction, 10);
      expect(moment(2)).toBeCloseTo(fraction ** 2, 10);
    }
  });
});
