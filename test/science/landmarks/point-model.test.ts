import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../../src/science/image/image.ts';
import { openPointModel } from '../../../src/science/landmarks/point-model.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { fourChannels, means, nowhere, reddest } from './models.ts';

const folder = await temporaryFolder();

async function open(model: Uint8Array | string, name = 'model.onnx') {
  await writeFile(join(folder, name), model);
  return openPointModel(join(folder, name), { cpus: 1 });
}

/** Grey with one red spot of `radius` px. */
function spotAt(x: number, y: number, radius = 6): Image {
  const [width, height] = [200, 160];
  const data = new Uint8Array(width * height * 3).fill(90);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      if (Math.hypot(column - x, row - y) < radius) data.set([220, 40, 40], 3 * (row * width + column));
  return { width, height, data };
}
const box = { x: 60, y: 50, width: 60, height: 70 };

describe('a model of heat maps', () => {
  it.each([32, 64, 'side'])('of side %s finds the peak in px of the picture', async (side) => {
    const model = await open(reddest({ side }));
    for (const [x, y] of [
      [100, 90],
      [71, 40],
      [130, 120],
    ] as const) {
      const [points] = await model.pointsIn(spotAt(x, y), [box]);
      expect(points).toHaveLength(136);
      const cell = ((60 + 70) * 200) / 195 / (side === 'side' ? 256 : Number(side));
      // A spot is several cells wide, all of them equally red but for its rim.
      for (let i = 0; i < 136; i += 2) {
        expect(Math.abs((points?.[i] as number) - x)).toBeLessThan(6 + cell);
        expect(Math.abs((points?.[i + 1] as number) - y)).toBeLessThan(6 + cell);
      }
    }
    await model.close();
  });

  it('gives each of several faces in one call what it gives each alone', async () => {
    const model = await open(reddest());
    const image = spotAt(100, 90, 3);
    const other = { x: 80, y: 70, width: 50, height: 50 };
    const both = await model.pointsIn(image, [box, other]);
    expect(both).toEqual([
      ...(await model.pointsIn(image, [box])),
      ...(await model.pointsIn(image, [other])),
    ]);
    expect(await model.pointsIn(image, [])).toEqual([]);
    await model.close();
  });
});

it('a model of points gives shares of the square around the face', async () => {
  const model = await open(means());
  const data = Uint8Array.from({ length: 200 * 160 * 3 }, (_, i) => [51, 102, 255][i % 3] as number);
  const [points] = await model.pointsIn({ width: 200, height: 160, data }, [box]);
  const side = (130 * 200) / 195;
  const [left, top] = [90 - side / 2, 85 - 0.12 * 70 - side / 2];
  const shares = [0.2, 0.4, 1];
  const expected = Array.from(
    { length: 136 },
    (_, i) => (i % 2 === 0 ? left : top) + (shares[i % 3] as number) * side - 0.5,
  );
  points?.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 3));
  await model.close();
});

it('a model is named by its file and its digest, not by its place', async () => {
  const [one, same, other] = [await open(means()), await open(means()), await open(reddest())];
  expect(one.source).toMatch(/^model\.onnx sha256:[0-9a-f]{16}$/);
  expect(same.source).toBe(one.source);
  expect(other.source).not.toBe(one.source);
});

describe('what is no such model', () => {
  const image = spotAt(100, 90);
  it.each([
    ['a text', 'no model', 'LANDMARK_MODEL_UNREADABLE'],
    ['a model of four channels', fourChannels(), 'LANDMARK_MODEL_INPUT'],
  ])('%s is refused when it is opened', async (_, bytes, code) => {
    await expect(open(bytes)).rejects.toMatchObject({ failure: { code, place: 'model.onnx' } });
  });

  it('a file that is not there is refused', async () => {
    await expect(openPointModel(join(folder, 'gone.onnx'), { cpus: 1 })).rejects.toMatchObject({
      failure: { code: 'LANDMARK_MODEL_UNREADABLE', place: 'gone.onnx' },
    });
  });

  it.each([
    ['too few points', means(10), 'gives points float32 (1, 10)'],
    [
      'points that are no numbers',
      nowhere(),
      'gives points float32 (1, 136) with numbers that are not finite',
    ],
  ])('%s are refused when they come', async (_, bytes, found) => {
    const model = await open(bytes);
    await expect(model.pointsIn(image, [box])).rejects.toMatchObject({
      failure: { code: 'LANDMARK_MODEL_OUTPUT', message: expect.stringContaining(found) as string },
    });
  });
});
