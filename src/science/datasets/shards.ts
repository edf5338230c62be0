/**
 * Which part of a data set an item belongs to, and its place in a draw. Both come from the item's own id, so that one item
 * more changes one part and, in a draw, at most who was last in it.
 */
import { hash } from 'node:crypto';

/** From 1 to `shards`; the same for the same id everywhere. */
export function shardOf(id: string, shards: number): number {
  return 1 + (numberOf(`shard\0${id}`) % shards);
}

/** Items drawn are those with the lowest ranks. In [0, 2^48). */
export function rankOf(id: string, seed: number): number {
  return numberOf(`rank\0${seed}\0${id}`);
}

/** The `count` items with the lowest ranks, in their own order; all where there are no more. */
export function drawByRank<Item extends { readonly id: string }>(
  items: readonly Item[],
  count: number,
  seed: number,
): readonly Item[] {
  if (count >= items.length) return items;
  const ranks = items.map(({ id }) => rankOf(id, seed));
  const last = ranks.toSorted((a, b) => a - b)[count] as number;
  return items.filter((_, i) => (ranks[i] as number) < last);
}

/** The places of the items in the order of their ranks. */
export function orderByRank(ids: readonly string[], seed: number): readonly number[] {
  const ranks = ids.map((id) => rankOf(id, seed));
  return ids
    .map((_, place) => place)
    .toSorted((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b);
}

const numberOf = (text: string): number => Number.parseInt(hash('sha256', text, 'hex').slice(0, 12), 16);
