/**
 * Digests of content. A folder's digest is made of the relative path, size and digest of each file in it, and of which its owner may execute, so a part
 * of an artifact has the digest that the same files have anywhere else.
 */
import { createHash } from 'node:crypto';

import { canonicalText, digestOf } from '../graph/encoding.ts';
import type { Digest } from '../graph/node.ts';
import type { Manifest, ManifestFile } from './manifest.ts';

export interface Content {
  /** In code-point order of their paths; one with an empty path when it is a file and no folder. */
  readonly files: readonly ManifestFile[];
  readonly emptyFolders: readonly string[];
}

/** What a digest is made of, which need not be held at once. */
interface ContentToDigest {
  readonly files: Iterable<ManifestFile>;
  readonly emptyFolders: Iterable<string>;
}

export function contentDigest({ files, emptyFolders }: ContentToDigest): Digest {
  const hash = createHash('sha256');
  let lines = 'folder\n';
  const addLine = (line: string): void => {
    lines += line;
    if (lines.length < 1 << 16) return;
    hash.update(lines);
    lines = '';
  };
  for (const { path, size, digest, executable = false } of files) {
    if (path === '') return digestOf(['file', size, digest, ...(executable ? ['executable'] : [])]);
    // As `canonicalText` of them, ten times as fast.
    addLine(`[${JSON.stringify(path)},${size},"${digest}"${executable ? ',"executable"' : ''}]\n`);
  }
  for (const path of emptyFolders) addLine(`${canonicalText([path])}\n`);
  return hash.update(lines).digest('hex') as Digest;
}

/** What is at `part` of an artifact (null for all of it); undefined where the stage wrote nothing there. */
export function contentOfPart(
  manifest: Pick<Manifest, 'files' | 'emptyFolders'>,
  part: string | null,
): Content | undefined {
  if (part === null) return manifest;
  const file = manifest.files.find(({ path }) => path === part);
  if (file !== undefined) return { files: [{ ...file, path: '' }], emptyFolders: [] };
  const prefix = `${part}/`;
  const files = manifest.files
    .filter(({ path }) => path.startsWith(prefix))
    .map((file) => ({ ...file, path: file.path.slice(prefix.length) }));
  const emptyFolders = manifest.emptyFolders
    .filter((path) => path === part || path.startsWith(prefix))
    .map((path) => path.slice(prefix.length));
  return files.length === 0 && emptyFolders.length === 0 ? undefined : { files, emptyFolders };
}

/** Marks are part of what is known of the bytes: the same bytes with other marks are another input. */
export function withMarks(content: Digest, marks: readonly string[]): Digest {
  return marks.length === 0 ? content : digestOf({ content, marks });
}
