/** The known name a person most likely meant. */
import leven from 'leven';

/** Longer names are not compared, and no more than so many of the known ones. */
const longestName = 100;
const mostCompared = 20_000;

/** The nearest by edit distance, undefined when all are far (more than two fifths of the letters differ). */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longestName) return undefined;
  const folded = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length * 0.4)) + 1;
  let compared = 0;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    if (++compared > mostCompared) break;
    const distance = leven(folded, candidate.toLowerCase(), { maxDistance: bestDistance });
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

const mostListed = 40;

/** For messages: `one of a, b, c`, the first of many. */
export function oneOf(names: readonly string[]): string {
  const rest = names.length - mostListed;
  return `one of ${names.slice(0, mostListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
