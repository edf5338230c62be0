/** Reads a YAML file of the project. */
import { join } from 'node:path';

import type { Checked } from './diagnostic.ts';
import type { Located } from './located.ts';
import { readPlainFile } from './plain-file.ts';
import { readLargeYaml, readValidYaml } from './valid-yaml.ts';
import { largestFile, type Source } from './source.ts';

/** `name` is relative to the project's root, with `/`. Errors: `FILE_UNREADABLE`, `FILE_TOO_LARGE`, `YAML_...`. */
export async function readYaml(root: string, name: string): Promise<Checked<Located>> {
  try {
    const bytes = readPlainFile(join(root, name), largestFile);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const known = lastRead.get(name);
    if (known?.text === text) return known.parsed;
    const parsed = await parse({ name, kind: 'file', text });
    lastRead.set(name, { text, parsed });
    return parsed;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const fault =
      code === 'EFBIG'
        ? { code: 'FILE_TOO_LARGE', message: `${name} cannot be a configuration: ${message}` }
        : { code: 'FILE_UNREADABLE', message: `${name} cannot be read as text: ${message}` };
    return { ok: false, diagnostics: [fault] };
  }
}

/** By name: each experiment of a project, and most branches, have the `pipeline.yaml` of the one before. */
const lastRead = new Map<string, { readonly text: string; readonly parsed: Checked<Located> }>();

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
