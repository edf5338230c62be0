/** The largest difference between two lists of as many numbers, relative to the largest number expected. */
export function difference(found: Iterable<number>, expected: Iterable<number>): number {
  const values = [...found];
  const wanted = [...expected];
  if (values.length !== wanted.length) return Infinity;
  const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return (
    values.reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))), 0) / scale
  );
}
