import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupDensities } from '../../../src/science/mixture/group-densities.ts';
import { openMatrixProducts, type MatrixProducts } from '../../../src/science/mixture/matrix-products.ts';
import { densityEvaluator, type Mixture } from '../../../src/science/mixture/mixture.ts';
import { panelComponent } from '../../../src/science/mixture/panelled-component.ts';
import { pruningMargin } from '../../../src/science/mixture/pruning.ts';
import type { RowGroup } from '../../../src/science/mixture/row-groups.ts';
import { randomOf } from '../../../src/science/random.ts';

const width = 100; // two panels
const count = 24;
const margin = pruningMargin(count);

let products: MatrixProducts;
beforeAll(async () => {
  products = await openMatrixProducts(1);
});
afterAll(() => products.close());

interface Scales {
  readonly seed: number;
  /** Powers of ten: of the factors, how much they vary from row to row, and how far the components lie apart. */
  readonly factor: number;
  readonly spread: number;
  readonly distance: number;
}

/** Two components whose factors have such scales. */
function mixtureOf({ seed, factor, spread, distance }: Scales): Mixture {
  const random = randomOf(seed, 'factors');
  const components = Array.from({ length: 2 }, () => {
    const triangle = new Float64Array(width * width);
    for (let row = 0; row < width; row++) {
      const scale = 10 ** (factor + spread * (random.uniform() - 0.5));
      for (let d = 0; d < row; d++) triangle[row * width + d] = (scale * random.normal()) / Math.sqrt(width);
      triangle[row * width + row] = scale * (0.5 + random.uniform());
    }
    const mean = Float64Array.from({ length: width }, () => random.normal() * 10 ** (distance - factor));
    return { weight: 0.5, mean, factor: triangle };
  });
  return { covariance: 'full', width, components };
}

/** Rows in units of the deviations, about the first component, as the columns of a group. */
function groupOf(mixture: Mixture, { seed, factor }: Scales, component: number): RowGroup {
  const random = randomOf(seed, 'rows');
  const wide = new Float64Array(width * count);
  const norms = new Float64Array(count);
  for (let i = 0; i < count; i++)
    for (let d = 0; d < width; d++) {
      const mean = mixture.components[0]?.mean[d] as number;
      const value = mean + random.normal() * 10 ** (-factor + 2 * (i / count - 0.5));
      wide[d * count + i] = value;
      norms[i] = Math.hypot(norms[i] as number, value);
    }
  return {
    component,
    rows: Int32Array.from({ length: count }, (_, i) => i),
    wide,
    narrow: Float32Array.from(wide),
    norms,
  };
}

/** In float64 throughout: K arrays of (n). */
function exactDensities(mixture: Mixture, { wide }: RowGroup): readonly Float64Array[] {
  const rows = Float64Array.from(
    { length: count * width },
    (_, at) => wide[(at % width) * count + Math.floor(at / width)] as number,
  );
  return densityEvaluator(mixture)(rows, count).map((of) => of.slice(0, count));
}

const scales = fc.record({
  seed: fc.integer(),
  factor: fc.integer({ min: -36, max: 36 }),
  spread: fc.integer({ min: 0, max: 6 }),
  distance: fc.double({ min: -1, max: 2, noNaN: true }),
});

describe('densities of a group', () => {
  it('leave out only what is negligible, at any scale, whether a component is known or not', async () => {
    let leftOut = 0;
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(scales, fc.constantFrom(-1, 0), async (scale, known) => {
        const mixture = mixtureOf(scale);
        const group = groupOf(mixture, scale, known);
        const exact = exactDensities(mixture, group);
        const components = mixture.components.map((component) =>
          panelComponent(component, new Float64Array(width)),
        );
        const found = await groupDensities(components, margin, products).of(group);
        for (let i = 0; i < count; i++) {
          const greatest = Math.max(...exact.map((of) => of[i] as number));
          for (const k of [0, 1]) {
            const expected = exact[k]?.[i] as number;
            const value = found[k]?.[i] as number;
            if (value === -Infinity) leftOut++;
            else kept++;
            // Half a nat of the margin is for the rounding of the floor.
            const isRight =
              value === -Infinity
                ? expected < greatest - margin + 0.5
                : Math.abs(value - expected) < 1e-9 * (1 + Math.abs(expected));
            expect(isRight, `component ${k} of row ${i}: ${value}, exactly ${expected}`).toBe(true);
          }
        }
      }),
      { numRuns: 150 },
    );
    expect(leftOut).toBeGreaterThan(500);
    expect(kept).toBeGreaterThan(500);
  });

  it('never leave out a NaN: neither of a row nor of a component', async () => {
    const scale = { seed: 5, factor: 0, spread: 0, distance: 2 };
    const mixture = mixtureOf(scale);
    const poison = (component: number) => {
      const group = groupOf(mixture, scale, component);
      for (const columns of [group.wide, group.narrow]) columns[7 * count + 3] = Number.NaN; // row 3, column 7
      group.norms[3] = Number.NaN;
      return group;
    };
    const components = mixture.components.map((component) =>
      panelComponent(component, new Float64Array(width)),
    );
    for (const component of [0, 1, -1]) {
      const found = await groupDensities(components, margin, products).of(poison(component));
      for (const of of found) expect(of[3]).toBeNaN();
    }
    const [first, second] = mixture.components as [Mixture['components'][0], Mixture['components'][0]];
    const broken = {
      ...second,
      factor: second.factor.map((value, i) => (i === 50 * width + 50 ? Number.NaN : value)),
    };
    const withBroken = [first, broken].map((each) => panelComponent(each, new Float64Array(width)));
    const found = await groupDensities(withBroken, margin, products).of(groupOf(mixture, scale, 0));
    expect(found[1]?.every((value) => Number.isNaN(value))).toBe(true);
  });
});
