/**
 * Lists of files that a stage writes, so that others read a part of a folder: a JSON list of paths relative to the folder.
 * The digest of such an input is that of the files named and of nothing else in the folder.
 */
import { join } from 'node:path';

import { readPlainText } from '../config/plain-file.ts';
import { FailureError } from '../failure.ts';
import { compareCodePoints } from '../graph/encoding.ts';
import type { Digest } from '../graph/node.ts';
import { contentDigest, contentOfPart, withMarks, type Content } from './content.ts';
import type { Artifact } from './artifact.ts';
import { isInside } from './confined-path.ts';

export interface FileList {
  /** Names the list whatever it holds: an index of stamps is kept for each. */
  readonly name: string;
  readonly digest: Digest;
  /** In code-point order, each once. */
  readonly files: readonly string[];
  /** Of the artifact it stands in. */
  readonly marks: readonly string[];
}

/** Fails with FILE_LIST_INVALID where the part is not such a list. */
export function readFileList({ folder, manifest }: Artifact, part: string | null): FileList {
  const place = `${manifest.name}${part === null ? '' : `/${part}`}`;
  const content = contentOfPart(manifest, part);
  const names = part === null || content === undefined ? undefined : namesIn(join(folder, part));
  if (content === undefined || names === undefined || !names.every(isInside))
    throw new FailureError({
      code: 'FILE_LIST_INVALID',
      message: 'is no list of files',
      place,
      remedy: 'expected a JSON list of paths relative to the folder, without . and ..',
    });
  const files = [...new Set(names)].toSorted(compareCodePoints);
  const digest = contentDigest(content);
  return { name: `${manifest.recipe}/${part ?? ''}`, digest, files, marks: manifest.marks };
}

/** Of the files of an artifact's part that the list names. Fails with FILE_LIST_MISSING. */
export function digestOfListed(
  content: Content,
  list: FileList,
  { marks, place }: { readonly marks: readonly string[]; readonly place: string },
): Digest {
  const byPath = new Map(content.files.map((file) => [file.path, file]));
  const files = list.files.map((path) => {
    const file = byPath.get(path);
    if (file !== undefined) return file;
    throw new FailureError({
      code: 'FILE_LIST_MISSING',
      message: `has no ${JSON.stringify(path)}, which the list names`,
      place,
    });
  });
  const all = [...new Set([...marks, ...list.marks])].toSorted(compareCodePoints);
  return withMarks(contentDigest({ files, emptyFolders: [] }), all);
}

function namesIn(file: string): readonly string[] | undefined {
  try {
    const names = JSON.parse(readPlainText(file)) as unknown;
    return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined;
  } catch {
    return undefined;
  }
}
