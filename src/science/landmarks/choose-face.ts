/** Which of the faces in a photograph is the one that is meant. */
import type { Box } from '../image/framing.ts';
import { overlap, type ScoredBox } from './boxes.ts';

/** Least share of the union that a face and the data set's box must have in common. */
const leastOverlap = 0.2;

/**
 * Where the data set says where the face is, the one that has most in common with that box; else the face that fills most of the picture, of equal ones the most certain. Undefined where there is none.
 */
export function chooseFace(faces: readonly ScoredBox[], known: Box | undefined): ScoredBox | undefined {
  if (known === undefined) return greatest(faces, ({ box }) => box.width * box.height);
  const face = greatest(faces, ({ box }) => overlap(box, known));
  return face === undefined || overlap(face.box, known) < leastOverlap ? undefined : face;
}

/** The first of those with the greatest measure. */
function greatest(faces: readonly ScoredBox[], measure: (face: ScoredBox) => number): ScoredBox | undefined {
  return faces.reduce<ScoredBox | undefined>(
    (best, face) => (best === undefined || measure(face) > measure(best) ? face : best),
    undefined,
  );
}
