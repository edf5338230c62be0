/** The part of a key that stands for the code of a module stage. */
import { statSync, readFileSync } from 'node:fs';
import { hash } from 'node:crypto';
import { relative, resolve } from 'node:path';

import { compareCodePoints, digestOf } from '../../graph/encoding.ts';
import type { CodePart, ReferencedFile } from '../../graph/key.ts';
import type { Digest } from '../../graph/node.ts';
import { bundleModule } from './bundle.ts';
import { reachedPackages } from './packages.ts';
import { fileReferences, resolvedPackages, type FileReference } from './references.ts';

export type ModuleCode = Extract<CodePart, { kind: 'module' }>;

export interface CodeWithFiles {
  readonly code: ModuleCode;
  /** Absolute paths of every file that was read or looked for to find it. */
  readonly files: readonly string[];
}

export interface ModuleCodeOptions {
  readonly root: string;
  /** Digest of a file or folder that the code names. */
  readonly digestFile: (path: string) => Promise<Digest>;
}

/** `module` is relative to `root`. Throws a `FailureError` where it cannot be bundled. */
export async function codeOfModule(module: string, options: ModuleCodeOptions): Promise<CodeWithFiles> {
  return codeOf(module, options, new Set());
}

/** `above` holds the workers on the way here: one that names itself ends there. */
async function codeOf(
  module: string,
  options: ModuleCodeOptions,
  above: ReadonlySet<string>,
): Promise<CodeWithFiles> {
  const { root } = options;
  const bundle = await bundleModule(root, module);
  const reached = reachedPackages([...bundle.externals, ...resolvedPackages(bundle)]);
  const packages = new Set(reached.packages);
  const read = new Set([...bundle.sources, ...reached.files]);
  const sources: Record<string, Digest> = {};
  for (const path of bundle.used) sources[relative(root, path)] = digestOfText(path);

  const files: ReferencedFile[] = [];
  const within = new Set([...above, resolve(root, module)]);
  for (const reference of fileReferences(bundle)) {
    read.add(reference.path);
    // A folder is a base to build paths on; what of it is used cannot be seen.
    if (within.has(reference.path) || isFolder(reference)) continue;
    if (!isModule(reference)) {
      files.push({ reference: reference.reference, digest: await digestIfThere(reference, options) });
      continue;
    }
    const worker = await codeOf(relative(root, reference.path), options, within);
    files.push({
      reference: reference.reference,
      digest: digestOf([worker.code.bundle, filesInKey(worker.code)]),
    });
    for (const name of worker.code.packages) packages.add(name);
    for (const path of worker.files) read.add(path);
    Object.assign(sources, worker.code.sources);
  }
  return {
    code: {
      kind: 'module',
      bundle: hash('sha256', bundle.text, 'hex') as Digest,
      files: files.toSorted(byReference),
      packages: [...packages].toSorted(compareCodePoints),
      sources,
    },
    files: [...read],
  };
}

const filesInKey = ({ files }: ModuleCode): { reference: string; digest: Digest | null }[] =>
  files.map(({ reference, digest }) => ({ reference, digest }));

const isModule = ({ path }: FileReference): boolean =>
  /\.[cm]?[jt]s$/.test(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const isFolder = ({ path }: FileReference): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

async function digestIfThere(
  { path }: FileReference,
  { digestFile }: ModuleCodeOptions,
): Promise<Digest | null> {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : digestFile(path);
}

const digestOfText = (path: string): Digest => hash('sha256', readFileSync(path), 'hex') as Digest;

const byReference = (a: ReferencedFile, b: ReferencedFile): number =>
  compareCodePoints(a.reference, b.reference) || compareCodePoints(a.digest ?? '', b.digest ?? '');
