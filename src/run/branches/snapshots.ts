/** What each branch and each other work tree of the repository has of the project: its configuration and its sources. */
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { readPlainFile } from '../../config/plain-file.ts';
import { withScratchFolder } from '../../scratch-folder.ts';
import type { Repository } from './repository.ts';

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
): Promise<readonly (Snapshot & { readonly commit: string })[]> {
  const branches = [
    ...new Map(repository.branches.toReversed().map((branch) => [branch.commit, branch])).values(),
  ];
  const found = await repository.objects(
    branches.flatMap(({ commit }) => configurationPaths.map((path) => ({ commit, path }))),
  );
  const blobs = found.flatMap((object) => (object?.type === 'blob' ? [object.id] : []));
  let asked: Promise<unknown> | undefined;
  return branches.toReversed().flatMap(({ name, commit }, at) => {
    const place = (branches.length - 1 - at) * configurationPaths.length;
    const objects = configurationPaths.map((path, i) => ({ path, object: found[place + i] }));
    if (objects[0]?.object === undefined) return [];
    const withConfiguration: Snapshot['withConfiguration'] = async (use) => {
      // One question of git for all of them.
      await (asked ??= repository.contents([...new Set(blobs)]));
      return withScratchFolder('branch', async (folder) => {
        await writeObjects(repository, objects, folder);
        return use(folder);
      });
    };
    return [
      {
        name,
        commit,
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
    .filter((root) => existsSync(join(root, 'pipeline.yaml')))
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
  const contents = await repository.contents([...new Set(files.map(({ id }) => id))]);
  for (const { path, id } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), contents.get(id) ?? '');
  }
}

/** For each commit the sources at these paths; those that it does not have are left out. */
export async function committedSources(
  repository: Repository,
  commits: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, SourceDigests>> {
  const named = paths.filter((path) => !path.includes('\n'));
  const found = await repository.objects(
    commits.flatMap((commit) => named.map((path) => ({ commit, path }))),
  );
  const ids = new Set(found.flatMap((object) => (object?.type === 'blob' ? [object.id] : [])));
  const digests = new Map(
    [...(await repository.contents([...ids]))].map(([id, bytes]) => [id, digestsOf(bytes)]),
  );
  return new Map(
    commits.map((commit, at) => [
      commit,
      new Map(
        named.flatMap((path, i) => {
          const known = digests.get(found[at * named.length + i]?.id ?? '');
          return known === undefined ? [] : [[path, known] as const];
        }),
      ),
    ]),
  );
}

export function sourcesOnDisk(root: string, paths: readonly string[]): SourceDigests {
  return new Map(
    paths.flatMap((path) => {
      try {
        return [[path, [hash('sha256', readPlainFile(join(root, path)))]] as const];
      } catch {
        return [];
      }
    }),
  );
}

function digestsOf(bytes: Buffer): readonly string[] {
  const text = bytes.toString('latin1');
  const windows = Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
  return [hash('sha256', bytes), hash('sha256', windows)];
}
