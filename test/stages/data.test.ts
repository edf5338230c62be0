import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { indexPhotos } from '../../src/science/datasets/index-photos.ts';
import { openPhotoSource } from '../../src/science/datasets/open-photo-source.ts';
import { writePhotoIndex } from '../../src/science/datasets/photos.ts';
import dataSample from '../../stages/data-sample.ts';
import dataStats from '../../stages/data-stats.ts';
import { writePaperData } from '../science/datasets/miniature-trees.ts';
import { runStage } from './run-stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = await writePaperData(join(await temporaryFolder(), 'data'));
const [photos, index] = [join(root, 'FDF'), join(root, 'index')];
const { photos: candidates } = await openPhotoSource(photos, { layout: 'fdf' });
await mkdir(index);
await writePhotoIndex(
  join(index, 'photos.json'),
  await indexPhotos(photos, candidates, {
    maximumPixels: 10_000,
    seed: 1,
    duplicates: 'keep',
    concurrency: 2,
  }),
);

describe('the stage data-stats', () => {
  it('writes the statistics for people and for programs', async () => {
    const { output, metrics } = await runStage(dataStats, {}, { index });
    expect(await readFile(join(output, 'statistics.md'), 'utf8')).toContain('6 photographs.');
    expect(JSON.parse(await readFile(join(output, 'statistics.json'), 'utf8'))).toMatchObject({ photos: 6 });
    expect(metrics.get('ties.iso')).toMatchObject({ value: 1, count: 6 });
  });
});

describe('the stage data-sample', () => {
  it('draws a sheet of every set, the same each time', async () => {
    const params = {
      count: 3,
      cell: 40,
      split: { validation: 0, test: 2, generatedValidation: 0.5 },
      seed: 1,
    };
    const inputs = { photos, index, faces: join(root, 'CelebA-HQ'), generated: join(root, 'generated') };
    const sheets = [];
    for (let i = 0; i < 2; i++) {
      const { output } = await runStage(dataSample, params, inputs);
      sheets.push(await readFile(join(output, 'contact-sheet.png')));
    }
    expect(sheets[1]).toEqual(sheets[0]);
    const { width, height } = await sharp(sheets[0]).metadata();
    expect(width).toBe(6 + 3 * 46);
    expect(height).toBeGreaterThan((1 + 2 + 9 + 9) * 46);
  });
});
