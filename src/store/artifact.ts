/** An artifact as it lies in the store. */
import { join } from 'node:path';

import { readManifest, type Manifest } from './manifest.ts';
import { readStoredText } from './stored-file.ts';

export interface Artifact {
  /** Absolute path of the stage's files. */
  readonly folder: string;
  /** Absolute path of the stage's log: what it told, its standard output and error. */
  readonly log: string;
  readonly manifest: Manifest;
}

/** Synchronous: a run that finds everything done reads hundreds of small manifests and does nothing else. */
export function readArtifact(folder: string): Artifact | undefined {
  const manifest = readManifest(textOf(join(folder, 'manifest.json')));
  return manifest === undefined
    ? undefined
    : { folder: join(folder, 'files'), log: join(folder, 'log.txt'), manifest };
}

function textOf(file: string): string {
  try {
    return readStoredText(file);
  } catch {
    return '';
  }
}
