import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readNpy } from '../../src/science/array/npy.ts';
import { type LocatedFace, readLandmarks } from '../../src/science/landmarks/landmark-set.ts';
import landmarks from '../../stages/landmarks.ts';
import type { LandmarksParameters } from '../../stages/parameters.ts';
import { readSample } from '../fixtures/landmarks/sample.ts';
import { means, reddest } from '../science/landmarks/models.ts';
import { type FacePhotos, writeFacePhotos, writeIndex } from './face-photos.ts';
import { runStage } from './run-stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = await temporaryFolder();
const simulated = await writeFacePhotos(join(root, 'simulated'), 6);
const real = await writeSamples(join(root, 'real'));
const declared: LandmarksParameters = {
  source: 'declared',
  minimumConfidence: 0.5,
  compare: 0,
  seed: 1,
  shards: 1,
};

describe('the landmarks stage', () => {
  it('hands declared points on as they are', async () => {
    const { output, metrics } = await runStage(landmarks, declared, inputsOf(simulated));
    const { ids, source, missing } = JSON.parse(await readFile(join(output, 'landmarks.json'), 'utf8'));
    expect({ ids, source, missing }).toEqual({ ids: simulated.ids, source: 'declared', missing: [] });
    const [written, given] = await Promise.all(
      [output, simulated.landmarks].map((folder) => readNpy(join(folder, 'landmarks.npy'), '<f4')),
    );
    expect(written).toEqual(given);
    expect(written?.shape).toEqual([6, 68, 2]);
    expect(metrics.get('faces.found')).toMatchObject({ value: 6, count: 6 });
    expect((await stat(join(output, 'contact-sheet.png'))).size).toBeGreaterThan(1000);
  });

  it('compares a sample of the declared points with the detector', async () => {
    const { metrics } = await runStage(
      landmarks,
      { ...declared, minimumConfidence: 0.05, compare: 4 },
      inputsOf(simulated),
    );
    expect(metrics.get('detector.found')?.count).toBe(4);
    expect(metrics.get('detector.error')?.value).toBeGreaterThan(0);
  });

  it('takes the largest face that the detector finds, and lists photos without any', async () => {
    const { output, metrics, log } = await runStage(
      landmarks,
      { ...declared, source: 'detector' },
      inputsOf(real),
    );
    const { source, faces, missing } = await readLandmarks(output);
    expect(source).toMatch(/^@vladmandic\/face-api@\d/);
    expect([...faces.keys()]).toEqual(['people.png']);
    expect(faces.get('people.png')?.box.x).toBeCloseTo(369.2, 0); // the third by confidence
    expect(missing.map(({ id, code }) => [id, code])).toEqual([
      ['gone.png', 'IMAGE_UNREADABLE'],
      ['plain.png', 'FACE_NOT_FOUND'],
    ]);
    expect(log.some((line) => line.startsWith('plain.png: FACE_NOT_FOUND'))).toBe(true);
    expect(metrics.get('faces.missing')?.value).toBe(2);
    expect(metrics.get('faces.several')?.value).toBe(1);
    const page = await readFile(join(output, 'landmarks.md'), 'utf8');
    expect(page).toContain('![Faces and their points](contact-sheet.png)');
    expect(page).toMatch(
      /1 of 1 faces with their 68 points \(@vladmandic\/face-api@\S+\), of 3 photographs, 1 FACE_NOT_FOUND, 1 IMAGE_UNREADABLE\./,
    );
  });

  it('takes the points from a model of one’s own, which must be one', async () => {
    const detect = { ...declared, source: 'detector' } as const;
    const model = join(root, 'reddest.onnx');
    await writeFile(model, reddest());
    const { output } = await runStage(landmarks, detect, { ...inputsOf(real), model });
    const { source, faces } = await readLandmarks(output);
    expect(source).toMatch(/^@vladmandic\/face-api@[\d.]+, points by reddest\.onnx sha256:[0-9a-f]{16}$/);
    const { landmarks: points } = faces.get('people.png') as LocatedFace;
    expect([points[134], points[135]]).toEqual([points[0], points[1]]);

    await writeFile(model, means(7));
    await expect(runStage(landmarks, detect, { ...inputsOf(real), model })).rejects.toMatchObject({
      failure: { code: 'LANDMARK_MODEL_OUTPUT', place: 'reddest.onnx' },
    });
  });

  it('writes the same bytes with one core and with two', async () => {
    const detect = { ...declared, source: 'detector' } as const;
    const [one, two] = await Promise.all(
      [1, 2].map(async (cpus) => {
        const { output } = await runStage(landmarks, detect, inputsOf(real), { cpus });
        return Promise.all(
          ['landmarks.npy', 'landmarks.json', 'contact-sheet.png'].map((file) =>
            readFile(join(output, file)),
          ),
        );
      }),
    );
    expect(two).toEqual(one);
  });

  it('lists photos without declared points', async () => {
    const index = join(root, 'more');
    await mkdir(index);
    await writeIndex(index, [...simulated.ids, 'unknown.png']);
    const { output } = await runStage(landmarks, declared, { ...inputsOf(simulated), index });
    expect((await readLandmarks(output)).missing).toMatchObject([
      { id: 'unknown.png', code: 'FACE_NOT_DECLARED' },
    ]);
  });

  it('says what to do when points shall be declared and none are', async () => {
    const { photos, index } = inputsOf(simulated);
    await expect(runStage(landmarks, declared, { photos, index })).rejects.toMatchObject({
      failure: {
        code: 'LANDMARKS_NOT_DECLARED',
        remedy: expect.stringContaining('landmarks.source=detector'),
      },
    });
  });

  it('fails when no photo has a face', async () => {
    const index = join(root, 'none');
    await mkdir(index);
    await writeIndex(index, ['plain.png'], { width: 480, height: 320 });
    const run = runStage(landmarks, { ...declared, source: 'detector' }, { photos: real.photos, index });
    await expect(run).rejects.toMatchObject({ failure: { code: 'FACES_NOT_FOUND' } });
  });

  it('names a folder of points that is not whole', async () => {
    const inputs = { ...inputsOf(simulated), declared: simulated.photos };
    await expect(runStage(landmarks, declared, inputs)).rejects.toMatchObject({
      failure: { code: 'LANDMARKS_UNREADABLE', place: simulated.photos },
    });
  });
});

function inputsOf({ photos, index, landmarks }: FacePhotos): {
  photos: string;
  index: string;
  declared: string;
} {
  return { photos, index, declared: landmarks };
}

/** A picture with three people, one without any, and one that has vanished. */
async function writeSamples(root: string): Promise<FacePhotos> {
  const [photos, index] = [join(root, 'photos'), join(root, 'index')];
  await mkdir(photos, { recursive: true });
  await mkdir(index);
  const { width, height, data } = await readSample('sample1.jpg');
  const raw = { width, height, channels: 3 } as const;
  await sharp(data, { raw }).toFile(join(photos, 'people.png'));
  await sharp({ create: { ...raw, background: 'teal' } }).toFile(join(photos, 'plain.png'));
  const ids = ['gone.png', 'people.png', 'plain.png'];
  await writeIndex(index, ids, { width, height });
  return { photos, index, landmarks: '', ids };
}
