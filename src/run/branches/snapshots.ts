/** What each branch and each other work tree of the repository has of the project: its configuration and its sources. */
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { isAbsent, readPlainFile } from '../../config/plain-file.ts';
import { withScratchFolder } from '../../scratch-folder.ts';
import { isCode } from '../../store/system-error.ts';
import type { Head } from './heads.ts';
import { lacks, type Repository } from './repository.ts';
import { branchUnreadable } from './unreadable.ts';

export interface Snapshot {
  /** For people: a branch, or the folder of a work tree. */
  readonly name: string;
  /** Equal where `pipeline.yaml`, the experiments with their records, and the schemas are. */
  readonly configuration: string;
  /** Then what is of the same configuration is the same for ever. */
  readonly isCommitted: boolean;
  /** Hands over a folder with these files. */
  withConfiguration<Outcome>(use: (folder: string) => Promise<Outcome>): Promise<Outcome>;
}

/** Files by path, with the SHA-256 that their bytes may have here: with line breaks as committed, and as Windows has them. */
export type SourceDigests = ReadonlyMap<string, readonly string[]>;

const configurationPaths = ['pipeline.yaml', 'experiments', 'schemas'] as const;

/** Of each branch with a `pipeline.yaml` where the project has it; branches of one commit once. */
export async function branchSnapshots(
  repository: Repository,
): Promise<readonly (Snapshot & { readonly branch: Head })[]> {
  const branches = [
    ...new Map(repository.branches.toReversed().map((branch) => [branch.commit, branch])).values(),
  ];
  const found = await repository.objects(
    branches.flatMap((branch) => configurationPaths.map((path) => ({ branch, path }))),
  );
  const blobs = found.flatMap((object) => (object?.type === 'blob' ? [object.id] : []));
  let asked: Promise<unknown> | undefined;
  return branches.toReversed().flatMap((branch, at) => {
    const place = (branches.length - 1 - at) * configurationPaths.length;
    const objects = configurationPaths.map((path, i) => ({ path, object: found[place + i] }));
    if (objects[0]?.object === undefined) return [];
    const withConfiguration: Snapshot['withConfiguration'] = async (use) => {
      // One question of git for all of them.
      await (asked ??= repository.contents(new Set(blobs)));
      return withScratchFolder('branch', async (folder) => {
        await writeObjects(repository, objects, folder);
        return use(folder);
      });
    };
    return [
      {
        name: branch.name,
        branch,
        configuration: objects.map(({ object }) => object?.id ?? '').join(' '),
        isCommitted: true,
        withConfiguration,
      },
    ];
  });
}

/** Of the files as they lie there, committed or not. */
export const workTreeSnapshots = (
  repository: Repository,
): readonly (Snapshot & { readonly root: string })[] =>
  repository.workTrees
    .filter((root) => isThere(root, 'pipeline.yaml'))
    .map((root) => ({
      name: root,
      root,
      configuration: root,
      isCommitted: false,
      withConfiguration: (use) => use(root),
    }));

async function writeObjects(
  repository: Repository,
  objects: readonly { readonly path: string; readonly object: { id: string; type: string } | undefined }[],
  folder: string,
): Promise<void> {
  const files: { readonly path: string; readonly id: string }[] = [];
  for (const { path, object } of objects) {
    if (object?.type === 'blob') files.push({ path, id: object.id });
    if (object?.type === 'tree')
      for (const file of await repository.filesOf(object.id))
        files.push({ path: `${path}/${file.path}`, id: file.id });
  }
  const bytesOf = await repository.contents(new Set(files.map(({ id }) => id)));
  for (const { path, id } of files) {
    const bytes = bytesOf(id);
    if (bytes === undefined) throw new Error(`${lacks(id)}, ${path}`);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

/** For each branch, by its commit, the sources at these paths; those that it does not have are left out. */
export async function committedSources(
  repository: Repository,
  branches: readonly Head[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, SourceDigests>> {
  const places = branches.flatMap((branch) => paths.map((path) => ({ branch, path })));
  const found = await repository.objects(places);
  const blobs = found.map((object) => (object?.type === 'blob' ? object.id : undefined));
  const bytesOf = await repository.contents(new Set(blobs.filter((id) => id !== undefined)));
  const digests = new Map<string, readonly string[]>();
  const sources = new Map(branches.map(({ commit }) => [commit, new Map<string, readonly string[]>()]));
  for (const [i, { branch, path }] of places.entries()) {
    const id = blobs[i];
    if (id === undefined) continue;
    const bytes = bytesOf(id);
    if (bytes === undefined) throw branchUnreadable(branch.name, `${lacks(id)}, ${path}`);
    const known = digests.get(id) ?? digestsOf(bytes);
    digests.set(id, known);
    sources.get(branch.commit)?.set(path, known);
  }
  return sources;
}

/** Of a work tree. Throws a `FailureError`, `BRANCH_UNREADABLE`, where a file may be one of them and cannot be read. */
export function sourcesOnDisk(root: string, paths: readonly string[]): SourceDigests {
  return new Map(
    paths.flatMap((path) => {
      try {
        return [[path, [hash('sha256', readPlainFile(join(root, path)))]] as const];
      } catch (error) {
        if (isAbsent(error) || isCode(error, 'EINVAL', 'EFBIG')) return [];
        throw branchUnreadable(root, (error as Error).message);
      }
    }),
  );
}

function isThere(root: string, path: string): boolean {
  try {
    return statSync(join(root, path)) !== undefined;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw branchUnreadable(root, (error as Error).message);
  }
}

function digestsOf(bytes: Buffer): readonly string[] {
  const text = bytes.toString('latin1');
  const windows = Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
  return [hash('sha256', bytes), hash('sha256', windows)];
}
