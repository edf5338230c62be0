/** What a bundle names without importing it: files by `new URL('./x', import.meta.url)`, packages by `resolve`. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import type { Bundle, External } from './bundle.ts';

export interface FileReference {
  /** As it is written. */
  readonly reference: string;
  readonly path: string;
}

/**
 * The bundle's text tells which references are used, the sources tell what they are relative to. A reference that is
 * put together while the program runs cannot be seen.
 */
export function fileReferences({ text, used }: Bundle): FileReference[] {
  const inText = new Set(referencesIn(text));
  return used.flatMap((source) => {
    const references = new Set(referencesIn(readFileSync(source, 'utf8')));
    return [...references]
      .filter((reference) => inText.has(reference))
      .map((reference) => ({ reference, path: resolve(dirname(source), reference) }));
  });
}

function referencesIn(source: string): string[] {
  const pattern = /new URL\(\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`$\n]+)`)\s*,\s*import\.meta\.url\s*,?\s*\)/g;
  return [...source.matchAll(pattern)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .filter((reference) => reference.startsWith('.'));
}

/** `import.meta.resolve('package/file')` and `require.resolve('package')` reach a package as an import does. */
export function resolvedPackages({ text, used }: Bundle): External[] {
  const pattern =
    /(?:import\.meta\.resolve|\brequire(?:\.resolve)?)\((?:"([^"\n]+)"|'([^'\n]+)'|`([^`$\n]+)`)\)/g;
  const specifiers = [...text.matchAll(pattern)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .filter((specifier) => /^[@a-z]/.test(specifier));
  const [importer] = used;
  return importer === undefined ? [] : specifiers.map((specifier) => ({ specifier, importer }));
}
