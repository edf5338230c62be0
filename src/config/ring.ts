/** `a -> b -> c -> a`, beginning with the smallest name wherever the ring was entered. */
export function describeRing(names: readonly string[]): string {
  const smallest = names.reduce((best, name, index) => (name < (names[best] ?? name) ? index : best), 0);
  const turned = [...names.slice(smallest), ...names.slice(0, smallest)];
  return [...turned, turned[0]].join(' -> ');
}
