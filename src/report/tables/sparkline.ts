/** A curve of a line's height, for places that show no pictures. */
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** One block a value, from the least to the greatest; a blank where there is none. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const present = values.filter((value) => value !== undefined);
  const least = Math.min(...present);
  const range = Math.max(...present) - least;
  return values
    .map((value) => {
      if (value === undefined) return ' ';
      return blocks[range === 0 ? 3 : Math.round(((value - least) / range) * (blocks.length - 1))];
    })
    .join('');
}
