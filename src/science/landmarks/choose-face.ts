/** Which of the faces in a photograph is the one that is meant. */
import type { Box } from '../image/framing.ts';
import { overlap } from './boxes.ts';
import type { DetectedFace } from './detector.ts';

/** Least share of the union that a face and the data set's box must have in common. */
const leastOverlap = 0.2;

/**
 * Where the data set says where the face is, the one that has most in common with that box, and the box is the data
 * set's; else the face that fills most of the picture, of equal ones the most certain. Undefined where there is none.
 */
export function chooseFace(faces: readonly DetectedFace[], known: Box | undefined): DetectedFace | undefined {
  if (known === undefined) return greatest(faces, ({ box }) => box.width * box.height);
  const face = greatest(faces, ({ box }) => overlap(box, known));
  return face === undefined || overlap(face.box, known) < leastOverlap ? undefined : { ...face, box: known };
}

/** The first of those with the greatest measure. */
function greatest(
  faces: readonly DetectedFace[],
  measure: (face: DetectedFace) => number,
): DetectedFace | undefined {
  return faces.reduce<DetectedFace | undefined>(
    (best, face) => (best === undefined || measure(face) > measure(best) ? face : best),
    undefined,
  );
}
