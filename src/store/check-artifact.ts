/** Whether the files of an artifact are as they were written. */
import { dirname, join, relative } from 'node:path';

import { FailureError } from '../failure.ts';
import { compareCodePoints } from '../graph/encoding.ts';
import { contentDigest, contentOfPart, type Content } from './content.ts';
import type { Layout } from './layout.ts';
import type { Artifact } from './artifact.ts';
import { contentOf, digestTree, lookAtTree, readTree } from './tree-index.ts';
import type { TreeTable } from './tree-table.ts';

/** By size and times, and by bytes where those have changed: a path that is not as it was, relative to the artifact's folder. */
export async function damageByLooks(layout: Layout, artifact: Artifact): Promise<string | undefined> {
  const options = { links: 'refuse', settled: true, indexFile: layout.treeIndex(artifact.folder) } as const;
  try {
    if ((await digestTree(artifact.folder, options)) === artifact.manifest.content) return undefined;
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return pathInArtifact(artifact, error);
  }
  const actual = await readTree(artifact.folder, options);
  return differences(artifact.manifest, actual, 'files')[0] ?? 'files';
}

export type PartRead =
  /** How it looked before it was read. */
  | { readonly kind: 'whole'; readonly table: TreeTable }
  /** All that is missing, added or not as it was written, relative to the artifact's folder. */
  | { readonly kind: 'damaged'; readonly paths: readonly string[] };

/** Reads every byte of an artifact, or of one part. */
export async function readPart(
  artifact: Artifact,
  part: string | null,
  signal?: AbortSignal,
): Promise<PartRead> {
  const expected = contentOfPart(artifact.manifest, part);
  const place = part === null ? 'files' : `files/${part}`;
  if (expected === undefined) return { kind: 'damaged', paths: [place] };
  try {
    const table = await lookAtTree(placeOfPart(artifact, part), { links: 'refuse', settled: true, signal });
    if (table.digest === contentDigest(expected)) return { kind: 'whole', table };
    return { kind: 'damaged', paths: differences(expected, contentOf(table), place) };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { kind: 'damaged', paths: [pathInArtifact(artifact, error)] };
  }
}

/** Absolute. */
export const placeOfPart = ({ folder }: Artifact, part: string | null): string =>
  part === null ? folder : join(folder, part);

function pathInArtifact({ folder }: Artifact, { failure }: FailureError): string {
  return failure.place === undefined ? 'files' : relative(dirname(folder), failure.place);
}

/** The paths at which two folders differ, in code-point order. */
function differences(expected: Content, actual: Content, place: string): string[] {
  const [before, after] = [entriesOf(expected), entriesOf(actual)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .toSorted(compareCodePoints)
    .map((path) => (path === '' ? place : `${place}/${path}`));
}

const entriesOf = ({ files, emptyFolders }: Content): Map<string, string> =>
  new Map([
    ...files.map(
      ({ path, size, digest, executable = false }) =>
        [path, `${size} ${digest} ${String(executable)}`] as const,
    ),
    ...emptyFolders.map((path) => [path, 'empty folder'] as const),
  ]);
