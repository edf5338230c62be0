import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureError } from '../../../../src/failure.ts';
import { layOut } from '../../../../src/science/network/layout.ts';
import { initialParameters, type Parameters } from '../../../../src/science/network/parameters.ts';
import { symmetric } from '../../../../src/science/network/pixels.ts';
import { loadWeights } from '../../../../src/science/network/weights/load-weights.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

/** Made by make_weights.py with PyTorch. */
const fixtures = join(import.meta.dirname, '../../../fixtures/weights');
const state = JSON.parse(await readFile(join(fixtures, 'state.json'), 'utf8')) as Record<string, number[]>;
const names = Object.keys(state).filter((name) => name !== 'bn1.num_batches_tracked');
const layout = layOut(
  {
    name: 'small',
    channels: 3,
    normalization: symmetric,
    layers: [
      { name: 'conv1', kind: 'convolution', channels: 2, kernel: 3, stride: 1, padding: 1 },
      { name: 'bn1', kind: 'batch-norm' },
      { name: 'pool', kind: 'grid-mean', grid: 1 },
      { name: 'features', parameters: 'fc', kind: 'linear', features: 4 },
      { name: 'heads', kind: 'linear', features: 5 },
    ],
    outputs: ['heads'],
  },
  8,
);
const folder = await temporaryFolder();

describe('weights', () => {
  it.each<[string, string, number]>([
    ['plain.pt', '', 0],
    ['protocol4.pt', '', 0],
    ['authors.pt', 'model.module.', 0],
    ['exif-as-language.pt', 'model.visual.', 1e-3],
    ['plain.safetensors', '', 8e-3],
  ])('are taken from %s, beginning with "%s"', async (file, prefix, tolerance) => {
    const parameters = initialParameters(layout, 1);
    const heads = numbersOf(parameters, 'heads.weight');
    const result = await loadWeights(join(fixtures, file), parameters);
    expect(result.prefix).toBe(prefix);
    expect(result.loaded.toSorted()).toEqual(names.toSorted());
    expect(result.missing).toEqual(['heads.weight', 'heads.bias']);
    for (const name of names)
      for (const [i, value] of numbersOf(parameters, name).entries()) {
        const expected = state[name]?.[i] as number;
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected) + 1e-7);
      }
    expect(numbersOf(parameters, 'heads.weight')).toEqual(heads);
  });

  it('leave out, and list, what the network does not have', async () => {
    const result = await loadWeights(join(fixtures, 'exif-as-language.pt'), initialParameters(layout, 1));
    expect(result.unexpected).toEqual(['model.text.weight', 'model.logit_scale']);
  });

  it.each([
    ['evil.pt', 'WEIGHTS_REFUSED', /posix\.system|nt\.system/],
    ['namespace.pt', 'WEIGHTS_REFUSED', /argparse\.Namespace/],
    ['before-1.6.pt', 'WEIGHTS_REFUSED', /before 1\.6/],
    ['not-finite.pt', 'WEIGHTS_DAMAGED', /conv1\.weight has a number that is not finite/],
    ['other-shape.pt', 'WEIGHTS_SHAPE', /conv1\.weight is \(2, 3, 5, 5\), the network has \(2, 3, 3, 3\)/],
    ['foreign.pt', 'WEIGHTS_FOREIGN', /layers\.0/],
    ['state.json', 'WEIGHTS_REFUSED', /neither/],
    ['none.pt', 'WEIGHTS_UNREADABLE', /ENOENT/],
  ])('are refused with a reason: %s', async (file, code, message) => {
    const place = join(fixtures, file);
    const failure = await failureOf(place);
    expect(failure).toMatchObject({ code, place });
    expect(failure?.message).toMatch(message);
    expect(existsSync(join(fixtures, 'executed')) || existsSync('executed')).toBe(false);
  });

  it.each(['plain.pt', 'authors.pt', 'plain.safetensors'])(
    'end in numbers or a reason, however %s is damaged',
    async (name) => {
      const bytes = await readFile(join(fixtures, name));
      const file = join(folder, name);
      const damage = fc.record({
        places: fc.array(fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255) }), { maxLength: 4 }),
        length: fc.oneof(fc.constant(bytes.length), fc.nat(bytes.length)),
      });
      await fc.assert(
        fc.asyncProperty(damage, async ({ places, length }) => {
          const copy = Buffer.from(bytes);
          for (const { at, byte } of places) copy[at] = byte;
          await writeFile(file, copy.subarray(0, length));
          const failure = await failureOf(file);
          expect(failure === undefined || failure.code.startsWith('WEIGHTS_')).toBe(true);
          expect(failure?.message ?? '').not.toMatch(
            /undefined|is not a function|cannot be read: (?!ENOENT)/,
          );
        }),
        { numRuns: 120, seed: 1 },
      );
    },
  );
});

async function failureOf(file: string) {
  try {
    await loadWeights(file, initialParameters(layout, 1));
    return undefined;
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
}

function numbersOf({ weights, statistics }: Parameters, name: string): number[] {
  for (const { parameters, views } of [weights, statistics]) {
    const index = parameters.findIndex((parameter) => parameter.name === name);
    if (index >= 0) return [...(views[index] as Float32Array)];
  }
  throw new Error(`no parameter is called ${name}`);
}
