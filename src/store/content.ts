/**
 * Digests of content. A folder's digest is made of the relative path, size and digest of each file in it, so a part
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

export function contentDigest({ files, emptyFolders }: Content): Digest {
  const hasher = openContentHasher();
  for (const file of files) hasher.addFile(file);
  for (const path of emptyFolders) hasher.addEmptyFolder(path);
  return hasher.digest();
}

export interface ContentHasher {
  /** In the order of `Content`. */
  addFile(file: ManifestFile): void;
  addEmptyFolder(path: string): void;
  digest(): Digest;
}

/** For content too large to be held at once. */
export function openContentHasher(): ContentHasher {
  const hash = createHash('sha256');
  let lines = 'folder\n';
  const addLine = (line: string): void => {
    lines += line;
    if (lines.length < 1 << 16) return;
    hash.update(lines);
    lines = '';
  };
  const emptyFolders: string[] = [];
  let alone: Digest | undefined;
  return {
    addFile({ path, size, digest }) {
      if (path === '') alone = digestOf(['file', size, digest]);
      else addLine(`${canonicalText([path, size, digest])}\n`);
    },
    addEmptyFolder(path) {
      emptyFolders.push(path);
    },
    digest() {
      for (const path of emptyFolders) addLine(`${canonicalText([path])}\n`);
      return alone ?? (hash.update(lines).digest('hex') as Digest);
    },
  };
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
