/** What is kept beside an artifact's files: everything that made it, and everything it holds. */
import { hash } from 'node:crypto';

import type { KeyParts } from '../graph/key.ts';
import type { Digest } from '../graph/node.ts';
import type { Acceptance, FileAccess, UndeclaredImport } from '../graph/plan.ts';
import type { Metric } from '../stage.ts';
import { isInside } from './confined-path.ts';
import { hasManifestForm } from './manifest-form.ts';

export interface Manifest {
  readonly format: 1;
  readonly stage: string;
  /** Of the node that made it; another node of the same work may use it too. */
  readonly name: string;
  readonly recipe: Digest;
  readonly key: Digest;
  readonly parts: KeyParts;
  /** Of all files. */
  readonly content: Digest;
  /** Of all files and marks. */
  readonly digest: Digest;
  /** In code-point order of their paths. */
  readonly files: readonly ManifestFile[];
  /** Folders without anything in them. */
  readonly emptyFolders: readonly string[];
  readonly marks: readonly string[];
  readonly metrics: readonly Metric[];
  /** A Markdown file of the artifact to print when it is a target. */
  readonly display: string | null;
  readonly times: ManifestTimes;
  /** Present where it was made under another key, and a change since was accepted as harmless. */
  readonly accepted?: Acceptance;
  /** Present where its stage touched files without declaring them. */
  readonly undeclared?: readonly FileAccess[];
  /** Modules that its stage loaded and that the key does not stand for; absent where there are none. */
  readonly imported?: readonly UndeclaredImport[];
}

export interface ManifestFile {
  /** Relative to the artifact's `files` folder, POSIX separators. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly digest: Digest;
  /** Whether its owner may execute it; absent where not. */
  readonly executable?: boolean;
}

export interface ManifestTimes {
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  readonly seconds: number;
}

const sealMark = ',\n  "seal": "';

/** As JSON whose last member is the SHA-256 of the text before it, so that any damage to it shows. */
export function sealManifest(manifest: Manifest): string {
  const text = JSON.stringify(manifest, null, 2).slice(0, -'\n}'.length);
  return `${text}${sealMark}${hash('sha256', text, 'hex')}"\n}\n`;
}

/** Undefined for a text that is not as it was sealed, of another form, or with a path that leads out of its artifact. */
export function readManifest(text: string): Manifest | undefined {
  const at = text.lastIndexOf(sealMark);
  if (at < 0) return undefined;
  const sealed = text.slice(0, at);
  if (text.slice(at + sealMark.length) !== `${hash('sha256', sealed, 'hex')}"\n}\n`) return undefined;
  try {
    const manifest = JSON.parse(`${sealed}}`) as Manifest | null;
    return manifest?.format === 1 && hasManifestForm(manifest) && isConfined(manifest) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Its seal keeps it from damage, not from somebody who writes another. */
const isConfined = ({ stage, key, files, emptyFolders, display }: Manifest): boolean =>
  [stage, key].every((name) => isInside(name) && !name.includes('/')) &&
  files.every(({ path }) => isInside(path)) &&
  emptyFolders.every((path) => path === '' || isInside(path)) &&
  (display === null || files.some(({ path }) => path === display));
