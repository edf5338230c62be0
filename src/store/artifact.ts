/** An artifact as it lies in the store. */
import { basename, dirname, join } from 'node:path';

import { keyDigits } from './layout.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { readStoredText } from './stored-file.ts';

export interface Artifact {
  /** Absolute path of the stage's files. */
  readonly folder: string;
  /** Absolute path of the stage's log: what it told, its standard output and error. */
  readonly log: string;
  readonly manifest: Manifest;
}

/**
 * Undefined where its manifest is none, or is that of another place. Synchronous: a run that finds everything done reads hundreds of
 * small manifests and does nothing else.
 */
export function readArtifact(folder: string): Artifact | undefined {
  const manifest = readManifest(textOf(join(folder, 'manifest.json')));
  return manifest === undefined || !isOf(manifest, folder)
    ? undefined
    : { folder: join(folder, 'files'), log: join(folder, 'log.txt'), manifest };
}

/** What is done with an artifact is done by what its manifest says it is. */
const isOf = ({ stage, key }: Manifest, folder: string): boolean =>
  basename(dirname(folder)) === stage && basename(folder) === key.slice(0, keyDigits);

function textOf(file: string): string {
  try {
    return readStoredText(file);
  } catch {
    return '';
  }
}
