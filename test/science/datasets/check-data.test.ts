import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkData, type DataPlace, type DataPlaces } from '../../../src/science/datasets/check-data.ts';
import { checkPage } from '../../../src/science/datasets/check-page.ts';
import { writePaperData } from './miniature-trees.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const root = await temporaryFolder();
const options = {
  layout: 'fdf',
  split: { validation: 1, test: 2 },
  maximumPixels: 10_000,
  seed: 1,
  signal: new AbortController().signal,
} as const;

function placesIn(folder: string): DataPlaces {
  const place = (name: string, part: string, expected: string) => ({
    parameter: `data.${name}`,
    origin: part,
    path: join(folder, part),
    expected,
  });
  return {
    photos: place('photos', 'FDF', 'Flickr Diverse Faces'),
    faces: place('faces', 'CelebA-HQ', 'CelebA-HQ'),
    generated: place('generated', 'generated', 'DiffusionFace and DiFF'),
  };
}

describe('checkData', () => {
  it('counts what is there beside what the paper has', async () => {
    const findings = await checkData(placesIn(await writePaperData(join(root, 'whole'))), options);
    expect(findings.map(({ state }) => state)).toEqual(['found', 'found', 'found']);
    expect(findings.map(({ counts }) => counts.map(({ count }) => count))).toEqual([
      [6],
      [5, 1, 2],
      [2, 2, 2, 2, 2, 2, 2, 2, 2],
    ]);
    expect(findings[0]?.remarks).toEqual(['licences: Attribution License 6', '6 of 6 drawn can be used']);
    const page = checkPage(findings);
    expect(page).toMatch(/\| photographs +\| +6 \| +200,000 \|/);
    expect(page).toContain('from github.com/hukkelas/FDF');
    expect(page).toContain('Nothing is missing.');
  });

  it('says what is missing, what was expected there, and from whom it is to be had', async () => {
    const findings = await checkData(placesIn(join(root, 'nowhere')), options);
    expect(findings.map(({ state }) => state)).toEqual(['amiss', 'amiss', 'amiss']);
    const page = checkPage(findings);
    for (const words of [
      'Expected: CelebA-HQ.',
      'from github.com/switchablenorms/CelebAMask-HQ',
      'from github.com/xaCheng1996/DiFF',
      'non-commercial research only',
      '3 of 3 are missing or cannot be used.',
    ])
      expect(page).toContain(words);
  });

  it('says what is wrong with what is there', async () => {
    const folder = await writePaperData(join(root, 'faulty'));
    await rm(join(folder, 'FDF/exif'), { recursive: true });
    await rm(join(folder, 'generated/DiFF/SDXL'), { recursive: true });
    for (let i = 0; i < 8; i++)
      await writeFile(join(folder, `CelebA-HQ/celeba_hq_256/0000${i}.jpg`), 'no picture');
    const [photos, faces, generated] = await checkData(placesIn(folder), options);
    expect(photos).toMatchObject({ state: 'amiss', remarks: [expect.stringContaining('FDF_INCOMPLETE')] });
    expect(faces?.state).toBe('amiss');
    expect(faces?.remarks[0]).toMatch(/^0 of 7 drawn can be read; .*: IMAGE_NOT_AN_IMAGE/);
    expect(generated).toMatchObject({ state: 'found' });
    expect(generated?.remarks).toContain("of the paper's nine generators there is no SDXL");
  });

  it('says in words what is passed over, and that images are to choose by and to test with', async () => {
    const folder = await writePaperData(join(root, 'partly'));
    await rm(join(folder, 'FDF/images/32/1.png'));
    const places = placesIn(folder);
    const generated = places.generated as DataPlace;
    const twice = { ...generated, parameter: 'data.generatedValidation' };
    const findings = await checkData({ ...places, generatedValidation: twice }, options);
    expect(findings[0]?.remarks[0]).toBe(
      '1 passed over: the data set lists them, but their pictures are not there; the first: 1',
    );
    expect(findings.at(-1)).toMatchObject({
      state: 'found',
      counts: [],
      remarks: ['those of data.generated: what K is chosen by is tested with too'],
    });
  });

  it('looks whether there is a file of weights', async () => {
    const folder = await writePaperData(join(root, 'weights'));
    const file = join(folder, 'weights.pth');
    await writeFile(file, 'weights');
    const states = [];
    for (const path of [file, folder, join(folder, 'none.pth')]) {
      const weights = { parameter: 'data.weights', origin: 'weights.pth', path };
      states.push((await checkData({ ...placesIn(folder), weights }, options)).at(-1)?.state);
    }
    expect(states).toEqual(['found', 'amiss', 'amiss']);
  });

  it('expects nothing where a stage makes it', async () => {
    const made = { parameter: 'data.photos', origin: 'simulate/photos' };
    const [finding] = await checkData({ photos: made, faces: made }, options);
    expect(finding).toMatchObject({ state: 'made by a stage', counts: [], sets: [] });
  });
});
