/** Reads a YAML file of the project. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { Checked } from './diagnostic.ts';
import type { Located } from './located.ts';
import { readLargeYaml, readValidYaml } from './valid-yaml.ts';
import { largestFile, type Source } from './source.ts';

/** `name` is relative to the project's root, with `/`. Errors: `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `YAML_...`. */
export async function readYaml(root: string, name: string): Promise<Checked<Located>> {
  const path = join(root, name);
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new Error('it is no file');
    const { size } = stats;
    if (size > largestFile) {
      const message = `${name} has ${size} bytes, more than the ${largestFile} a configuration may have`;
      return { ok: false, diagnostics: [{ code: 'FILE_TOO_LARGE', message }] };
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    return await parse({ name, kind: 'file', text });
  } catch (error) {
    const message = `${name} cannot be read as text: ${(error as Error).message}`;
    return { ok: false, diagnostics: [{ code: 'FILE_UNREADABLE', message }] };
  }
}

/** In UTF-16 units; for a larger one `yaml` would take seconds. */
const longestExplained = 300_000;

async function parse(source: Source): Promise<Checked<Located>> {
  if (source.text.length > longestExplained) return readLargeYaml(source);
  const plain = readValidYaml(source);
  if (plain !== undefined) return { ok: true, value: plain };
  // Loaded here: most texts do not need it.
  const { parseYaml } = await import('./yaml.ts');
  return parseYaml(source);
}
