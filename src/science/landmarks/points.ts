/** The 68 points of a face (iBUG 300-W; x, y pairs in px): which belong to what, and what follows from them. */
/** As [first, end) of the 68; left and right as seen in the picture. */
const facePoints = {
  leftEye: [36, 42],
  rightEye: [42, 48],
  mouth: [48, 68],
} as const;

export type FacePart = keyof typeof facePoints;

/** The corners that give a part its direction, left to right: both eyes lie along one line. */
const corners = { leftEye: [36, 45], rightEye: [36, 45], mouth: [48, 54] } as const;

/** The x, y pairs of a part, one after the other. */
export function pointsOf(landmarks: Float32Array, part: FacePart): Float32Array {
  const [first, end] = facePoints[part];
  return landmarks.subarray(2 * first, 2 * end);
}

/** The angle of the line through a part's corners against the picture's rows, rad; positive where the right end is lower. */
export function rollOf(landmarks: Float32Array, part: FacePart): number {
  const [from, to] = corners[part].map((index) => 2 * index) as [number, number];
  const across = (landmarks[to] as number) - (landmarks[from] as number);
  const down = (landmarks[to + 1] as number) - (landmarks[from + 1] as number);
  return Math.atan2(down, across);
}

/** The distance between the outer corners of the eyes, px: the measure of a face's size. */
export function interOcularDistance(landmarks: Float32Array): number {
  return Math.hypot(
    (landmarks[90] as number) - (landmarks[72] as number),
    (landmarks[91] as number) - (landmarks[73] as number),
  );
}

/** Mean distance between corresponding points as a share of the reference's inter-ocular distance. */
export function normalisedMeanError(points: Float32Array, reference: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < reference.length; i += 2)
    sum += Math.hypot(
      (points[i] as number) - (reference[i] as number),
      (points[i + 1] as number) - (reference[i + 1] as number),
    );
  return sum / (reference.length / 2) / interOcularDistance(reference);
}
