/** Which of all photographs read are used: what looks at more than one of them is decided here. */
import type { ExcludedItem, IndexedPhoto } from './photos.ts';
import type { PhotoReading } from './photo-journal.ts';
import { rankOf } from './shards.ts';

/** What a look at a photograph gave, with what its data set says of it. */
export type IndexedReading = PhotoReading<IndexedPhoto>;

export interface ChoiceOptions {
  /** Photos to end with, drawn by `seed`: those with the lowest ranks (see `rankOf`). All where absent. */
  readonly limit?: number | undefined;
  readonly seed: number;
}

export type Verdict =
  | { readonly kind: 'used'; readonly photo: IndexedPhoto }
  | { readonly kind: 'excluded'; readonly item: ExcludedItem }
  /** There were enough without it. */
  | { readonly kind: 'not drawn' };

/**
 * Looks at all `readings`, which come in the order of their ids, and gives what becomes of each. Of files of equal bytes,
 * which readings with a digest tell, the first counts: by id, or by rank where there is a limit.
 */
export async function choosePhotos(
  readings: Iterable<IndexedReading> | AsyncIterable<IndexedReading>,
  { limit, seed }: ChoiceOptions,
): Promise<(reading: IndexedReading) => Verdict> {
  const all: { id: string; rank: number; digest: string | undefined; usable: boolean }[] = [];
  for await (const { id, digest, result } of readings)
    all.push({ id, rank: limit === undefined ? 0 : rankOf(id, seed), digest, usable: result.ok });
  all.sort((a, b) => a.rank - b.rank); // stable: without ranks as it was

  const twins = new Map<string, string>();
  const notDrawn = new Set<string>();
  const known = new Map<string, string>(); // ids by digest
  let used = 0;
  for (const { id, digest, usable } of all) {
    const twin = digest === undefined ? undefined : known.get(digest);
    if (used === limit) notDrawn.add(id);
    else if (twin !== undefined) twins.set(id, twin);
    else if (usable) used += 1;
    if (digest !== undefined && twin === undefined) known.set(digest, id);
  }

  return ({ id, result }) => {
    if (notDrawn.has(id)) return { kind: 'not drawn' };
    const twin = twins.get(id);
    if (twin !== undefined) {
      const reason = `has the same bytes as ${twin}`;
      return { kind: 'excluded', item: { id, code: 'PHOTO_DUPLICATE', reason } };
    }
    if (result.ok) return { kind: 'used', photo: result.value };
    const { code, message: reason } = result.failure;
    return { kind: 'excluded', item: { id, code, reason } };
  };
}
