/** `package.json` files as Node reads them. */
import { hash } from 'node:crypto';
import { dirname, join } from 'node:path';

import { FailureError } from '../../failure.ts';
import type { Digest } from '../../graph/node.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Places } from './places.ts';

export interface PackageFile {
  /** Of its `package.json`. */
  readonly path: string;
  readonly folder: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly main: string | undefined;
  readonly type: 'module' | 'commonjs' | 'none';
  /** Undefined where the file says nothing that Node would look at. */
  readonly exports: Json | undefined;
  readonly imports: JsonObject | undefined;
  readonly fields: JsonObject;
  /** Of its bytes. */
  readonly digest: Digest;
}

/** Of that very folder; undefined where it has none. Throws a `FailureError` for one that is no JSON. */
export function packageFileIn(folder: string, places: Places): PackageFile | undefined {
  const path = join(folder, 'package.json');
  const text = places.readText(path);
  if (text === undefined) return undefined;
  const fields = objectOr(parsed(text, path)) ?? {};
  const { name, version, main, type, exports, imports } = fields;
  return {
    path,
    folder,
    name: textOr(name),
    version: textOr(version),
    main: textOr(main),
    type: type === 'module' || type === 'commonjs' ? type : 'none',
    exports:
      typeof exports === 'string' || (typeof exports === 'object' && exports !== null) ? exports : undefined,
    imports: objectOr(imports),
    fields,
    digest: hash('sha256', text, 'hex') as Digest,
  };
}

/** The nearest at or above a folder, within its package. */
export function scopeOf(folder: string, places: Places): PackageFile | undefined {
  if (/[\\/]node_modules$/.test(folder)) return undefined;
  const found = packageFileIn(folder, places);
  if (found !== undefined) return found;
  const above = dirname(folder);
  return above === folder ? undefined : scopeOf(above, places);
}

function parsed(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new FailureError({
      code: 'MODULE_UNUSABLE',
      message: `a package.json on the way to its code is no JSON: ${(error as Error).message}`,
      place: path,
      remedy: 'correct the file',
    });
  }
}

const textOr = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const objectOr = (value: Json | undefined): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
