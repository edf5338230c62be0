/**
 * The variables that stages declare, as digests of their values: a change shows, and a token that somebody declares stands in no
 * file of the store.
 */
import { digestOf } from '../graph/encoding.ts';
import type { Digest } from '../graph/node.ts';

/** Null where it is not set. */
export function digestOfVariable(name: string): Digest | null {
  const value = process.env[name];
  return value === undefined ? null : digestOf([name, value]);
}
