/** The points of many photos in a folder: `landmarks.npy` (N, 68, 2) float32 and `landmarks.json`. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import { createNpy, readNpy } from '../array/npy.ts';
import type { Box } from '../image/framing.ts';

export interface LandmarkSet {
  /** Who says so: `declared`, or the detector's name and version. */
  readonly source: string;
  /** In the order of `ids`. */
  readonly faces: ReadonlyMap<string, LocatedFace>;
  readonly missing: readonly MissingFace[];
}

export interface LocatedFace {
  readonly box: Box;
  /** In [0, 1]. */
  readonly confidence: number;
  /** 68 points x, y, px of the upright photo, pixel centres at integers. */
  readonly landmarks: Float32Array;
}

export interface MissingFace {
  readonly id: string;
  readonly code: string;
  readonly reason: string;
}

/** `landmarks.json`. */
interface LandmarkIndex {
  readonly source: string;
  readonly ids: readonly string[];
  readonly boxes: readonly (readonly [x: number, y: number, width: number, height: number])[];
  readonly confidence: readonly number[];
  readonly missing: readonly MissingFace[];
}

export async function writeLandmarks(folder: string, { source, faces, missing }: LandmarkSet): Promise<void> {
  const writer = await createNpy(join(folder, 'landmarks.npy'), '<f4', [68, 2]);
  for (const { landmarks } of faces.values()) await writer.append(new Float32Array(landmarks));
  await writer.close();
  const all = [...faces.values()];
  const index: LandmarkIndex = {
    source,
    ids: [...faces.keys()],
    boxes: all.map(({ box }) => [box.x, box.y, box.width, box.height]),
    confidence: all.map(({ confidence }) => confidence),
    missing,
  };
  await writeFile(join(folder, 'landmarks.json'), `${JSON.stringify(index)}\n`);
}

/** Fails with LANDMARKS_UNREADABLE where a file is missing, and with LANDMARKS_SHAPE where the two disagree. */
export async function readLandmarks(folder: string): Promise<LandmarkSet> {
  const [index, { shape, data }] = await readFiles(folder);
  const { source, ids, boxes, confidence, missing } = index;
  if (
    shape.join() !== `${ids.length},68,2` ||
    boxes.length !== ids.length ||
    confidence.length !== ids.length
  )
    throw new FailureError({
      code: 'LANDMARKS_SHAPE',
      message: `landmarks.npy is (${shape.join(', ')}) and landmarks.json has ${ids.length} ids, ${boxes.length} boxes; expected (${ids.length}, 68, 2)`,
      place: folder,
    });
  const faces = new Map(
    ids.map((id, i): [string, LocatedFace] => {
      const [x, y, width, height] = boxes[i] as (typeof boxes)[number];
      const landmarks = data.subarray(136 * i, 136 * (i + 1));
      return [id, { box: { x, y, width, height }, confidence: confidence[i] as number, landmarks }];
    }),
  );
  return { source, faces, missing };
}

async function readFiles(
  folder: string,
): Promise<[LandmarkIndex, { shape: readonly number[]; data: Float32Array }]> {
  try {
    const index = JSON.parse(await readFile(join(folder, 'landmarks.json'), 'utf8')) as LandmarkIndex;
    return [index, await readNpy(join(folder, 'landmarks.npy'), '<f4')];
  } catch (error) {
    if (error instanceof FailureError) throw error;
    throw new FailureError({
      code: 'LANDMARKS_UNREADABLE',
      message: `expected landmarks.npy and landmarks.json: ${(error as Error).message}`,
      place: folder,
      remedy:
        'name a folder as the landmarks stage writes it, or find the points with -S landmarks.source=detector',
    });
  }
}
