/** A folder of simulated portraits with `photos.json` and their true points, as `ingest` and `simulate` write them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { simulatePhoto } from '../../src/science/camera/photo.ts';
import type { LocatedFace } from '../../src/science/landmarks/landmark-set.ts';
import { writeLandmarks } from '../../src/science/landmarks/landmark-set.ts';

export interface FacePhotos {
  readonly photos: string;
  readonly index: string;
  readonly landmarks: string;
  readonly ids: readonly string[];
}

export async function writeFacePhotos(root: string, count: number): Promise<FacePhotos> {
  const folders = {
    photos: join(root, 'photos'),
    index: join(root, 'index'),
    landmarks: join(root, 'landmarks'),
  };
  await Promise.all(Object.values(folders).map((folder) => mkdir(folder, { recursive: true })));
  const faces = new Map<string, LocatedFace>();
  for (let i = 0; i < count; i++) {
    const { image, landmarks, box } = simulatePhoto(5, i, 'photos', 64);
    const id = `${String(i).padStart(3, '0')}.png`;
    await sharp(image, { raw: { width: 64, height: 64, channels: 3 } }).toFile(join(folders.photos, id));
    faces.set(id, { box, confidence: 1, landmarks });
  }
  const ids = [...faces.keys()];
  await writeLandmarks(folders.landmarks, { source: 'declared', faces, missing: [] });
  await writeIndex(folders.index, ids);
  return { ...folders, ids };
}

/** `photos.json` of 64 px pictures. */
export async function writeIndex(
  folder: string,
  ids: readonly string[],
  size = { width: 64, height: 64 },
): Promise<void> {
  const photos = ids.map((id) => ({ id, ...size, tags: {}, camera: null }));
  await writeFile(join(folder, 'photos.json'), JSON.stringify({ photos, excluded: [] }));
}
