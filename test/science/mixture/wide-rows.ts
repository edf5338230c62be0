/** The features that test/fixtures/mixture/wide.py fits, made here again number for number. */

export interface WideShape {
  readonly rows: number;
  readonly width: number;
  readonly components: number;
  readonly clusters: number;
  readonly distance: number;
  readonly shape: 'plain' | 'ill-conditioned' | 'unit';
  readonly seed: number;
}

/** The rows (N, D), and after them sixty that were not fitted. */
export function makeRows({ rows, width, clusters, distance, shape, seed }: WideShape): Float64Array {
  const z = numbers(seed);
  const centres = Float64Array.from({ length: clusters * width }, () => distance * z());
  const data = new Float64Array((rows + 60) * width);
  for (let i = 0; i < rows + 60; i++) {
    const cluster = i % clusters;
    const row = data.subarray(i * width, (i + 1) * width);
    let before = 0;
    for (let d = 0; d < width; d++) {
      before = 0.5 * before + (1 + ((d + cluster) % 3)) * z();
      row[d] = (centres[cluster * width + d] as number) + before;
    }
    if (shape === 'ill-conditioned') {
      row[width - 1] = (row[0] as number) + 1e-4 * z();
      row[4] = (row[4] as number) * 1000;
    }
    if (shape === 'unit') {
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      row.forEach((value, d) => (row[d] = value / norm));
    }
  }
  return data;
}

/** The labels that the fit starts from (N). */
export function startOf({ rows, clusters, components }: WideShape): Int32Array {
  const labels = Int32Array.from({ length: rows }, (_, i) =>
    i % 10 < 3 ? (i + 1) % clusters : i % clusters,
  );
  if (components > clusters) labels.fill(clusters, 0, 6);
  return labels;
}

/** Park and Miller's generator; four uniform numbers make one that is nearly normal. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    let total = 0;
    for (let i = 0; i < 4; i++) {
      state = (state * 48271) % 2147483647;
      total += state / 2147483647;
    }
    return (total - 2) * 1.7320508;
  };
}
