/** A sheet of faces with their points, for people to check. */
import { join } from 'node:path';
import { writeContactSheet } from '../image/contact-sheet.ts';
import { cropBox } from '../image/crop.ts';
import { squareAround } from '../image/framing.ts';
import { noJitter } from '../image/jitter.ts';
import { readImage } from '../image/read.ts';
import { countByCode } from '../datasets/photo-quality.ts';
import { figuresPage } from '../pictures/figures-page.ts';
import type { LandmarkSet, LocatedFace } from './landmark-set.ts';

const side = 192; // px
const margin = 1.4;

/** Writes `file` (PNG): each face cut out of its photo in `folder`, small ones enlarged. */
export async function writeFaceSheet(
  file: string,
  folder: string,
  faces: ReadonlyMap<string, LocatedFace>,
): Promise<void> {
  const cells = [];
  for (const [id, { box, landmarks }] of faces) {
    const image = await readImage(join(folder, id));
    if (!image.ok) continue;
    const square = squareAround(box, margin);
    const toCell = (position: number, start: number): number =>
      ((position + 0.5 - start) * side) / square.width - 0.5;
    const marks = Array.from({ length: 68 }, (_, i): [number, number] => [
      toCell(landmarks[2 * i] as number, square.x),
      toCell(landmarks[2 * i + 1] as number, square.y),
    ]);
    const data = cropBox(image.value, square, side, noJitter);
    cells.push({ image: { width: side, height: side, data }, marks, caption: id });
  }
  await writeContactSheet(file, [{ caption: '', cells }], { cell: side, columns: 6 });
}

/** What was found, in words, and the sheet of `shown` faces, where there is one. */
export function landmarksPage(
  { source, faces, missing }: LandmarkSet,
  shown: number,
  simulated: boolean,
): string {
  const without = countByCode(missing)
    .map(([code, count]) => `, ${count} ${code}`)
    .join('');
  const caption = `${shown} of ${faces.size} faces with their 68 points (${source}), of ${faces.size + missing.length} photographs${without}.`;
  if (shown === 0) return `${caption}\n`;
  return figuresPage(
    [{ name: 'contact-sheet', title: 'Faces and their points', caption, kind: 'sheet' }],
    simulated,
  );
}
