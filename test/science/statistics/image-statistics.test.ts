import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../../../src/science/random.ts';
import { imageStatistics, statisticNames } from '../../../src/science/statistics/image-statistics.ts';

const side = 64;
type Colour = readonly [number, number, number];

function picture(colourAt: (x: number, y: number) => Colour): Map<string, number> {
  const image = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) image.set(colourAt(x, y).map(Math.round), (y * side + x) * 3);
  const values = imageStatistics(image, side);
  return new Map(statisticNames.map((name, i) => [name, values[i] as number]));
}
const grey = (level: number): Colour => [level, level, level];
const of = (statistics: Map<string, number>, name: string): number => statistics.get(name) as number;

describe('imageStatistics', () => {
  it('gives 29 numbers, each with a name of its own', () => {
    expect(imageStatistics(new Uint8Array(side * side * 3), side)).toHaveLength(29);
    expect(new Set(statisticNames).size).toBe(29);
  });

  it('is finite for any image', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 768, maxLength: 768 }), fc.nat(255), (noise, level) => {
        for (const image of [noise, new Uint8Array(768).fill(level)])
          expect(imageStatistics(image, 16).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('measures the energy that white noise has left after the high-pass', () => {
    const random = randomOf(1, 'noise');
    const found = picture(() => [
      128 + 10 * random.normal(),
      128 + 5 * random.normal(),
      128 + 20 * random.normal(),
    ]);
    const gain = 0.75 ** 2 + 4 / 8 ** 2 + 4 / 16 ** 2; // sum of the squares of the filter
    const variance = (name: string) => Math.exp(of(found, `highPass.${name}`)) / gain;
    expect(variance('red')).toBeGreaterThan(0.85 * 100);
    expect(variance('red')).toBeLessThan(1.15 * 100);
    expect(variance('green')).toBeGreaterThan(0.85 * 25);
    expect(variance('green')).toBeLessThan(1.15 * 25);
    expect(variance('blue')).toBeGreaterThan(0.85 * 400);
    expect(variance('blue')).toBeLessThan(1.15 * 400);
    for (const pair of ['redGreen', 'greenBlue', 'blueRed'])
      expect(Math.abs(of(found, `correlation.${pair}`))).toBeLessThan(0.08);
    expect(of(found, 'kurtosis.luma')).toBeCloseTo(Math.log(3), 0);
  });

  it('finds the channels of a grey picture fully correlated and its chroma empty', () => {
    const random = randomOf(2, 'noise');
    const found = picture(() => grey(100 + 15 * random.normal()));
    expect(of(found, 'correlation.redGreen')).toBeCloseTo(1, 9);
    expect(of(found, 'highPass.chromaRed')).toBeCloseTo(Math.log(1e-3), 2);
  });

  it('sees that noise grows with brightness', () => {
    const random = randomOf(3, 'noise');
    const found = picture((x) => grey(40 + 2.5 * x + (1 + x / 8) * random.normal()));
    const classes = [1, 2, 3, 4, 5].map((fifth) => of(found, `brightness.${fifth}`));
    expect(classes).toEqual(classes.toSorted((a, b) => a - b));
    expect((classes[4] as number) - (classes[0] as number)).toBeGreaterThan(2);
  });

  it.each([
    [4, 2], // cycles in 64 px and the ring of 0.05 cycles per px they fall into
    [13, 5],
    [30, 10],
  ])('finds a wave of %i cycles in ring %i of the spectrum, in either direction', (cycles, ring) => {
    for (const across of [true, false]) {
      const found = picture((x, y) =>
        grey(128 + 60 * Math.cos((2 * Math.PI * cycles * (across ? x : y)) / side)),
      );
      const rings = Array.from({ length: 10 }, (_, band) => of(found, `spectrum.${band + 1}`));
      expect(rings.indexOf(Math.max(...rings)) + 1).toBe(ring);
    }
  });

  it('keeps the energy of the windowed picture in the spectrum', () => {
    const random = randomOf(4, 'noise');
    const found = picture(() => grey(128 + 20 * random.normal()));
    let energy = 0;
    for (let band = 1; band <= 10; band++) energy += Math.exp(of(found, `spectrum.${band}`)) - 1e-3;
    expect(energy / (400 * (3 / 8) ** 2)).toBeGreaterThan(0.85); // a Hann window keeps 3/8 of the energy along each axis
    expect(energy / (400 * (3 / 8) ** 2)).toBeLessThan(1.15);
  });

  it('tells blurred noise from white by its neighbours', () => {
    const random = randomOf(5, 'noise');
    const noise = Float64Array.from({ length: side * (side + 1) }, () => 30 * random.normal());
    const white = picture((x, y) => grey(128 + (noise[y * (side + 1) + x] as number)));
    const smeared = picture((x, y) =>
      grey(128 + ((noise[y * (side + 1) + x] as number) + (noise[y * (side + 1) + x + 1] as number)) / 2),
    );
    expect(of(smeared, 'autocorrelation.right')).toBeGreaterThan(of(white, 'autocorrelation.right') + 0.3);
    expect(of(smeared, 'autocorrelation.down')).toBeCloseTo(of(white, 'autocorrelation.down'), 0);
  });

  it('sees the borders of 8 x 8 blocks, by direction', () => {
    const random = randomOf(6, 'blocks');
    const stripes = Float64Array.from({ length: 8 }, () => 60 + 120 * random.uniform());
    const found = picture((x) => grey((stripes[Math.floor(x / 8)] as number) + 2 * random.normal()));
    expect(of(found, 'blockGrid.columns')).toBeGreaterThan(1);
    expect(Math.abs(of(found, 'blockGrid.rows'))).toBeLessThan(0.2);
  });
});
