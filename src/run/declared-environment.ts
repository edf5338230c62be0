/**
 * The variables that stages declare, as digests of their values: a change shows, and a token that somebody declares stands in no
 * file of the store.
 */
import { digestOf } from '../graph/encoding.ts';
import type { Digest } from '../graph/node.ts';

/** Undefined where it is not set: `process.env` inherits from `Object`, and a variable may be called `constructor`. */
export const valueOfVariable = (name: string): string | undefined =>
  Object.hasOwn(process.env, name) ? process.env[name] : undefined;

/** Null where it is not set. */
export function digestOfVariable(name: string): Digest | null {
  const value = valueOfVariable(name);
  return value === undefined ? null : digestOf([name, value]);
}
