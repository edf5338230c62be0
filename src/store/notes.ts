/**
 * Small notes that spare a search through all manifests: the last artifact of a node and of a stage, and whether any
 * artifact was ever made with some code and parameters. A lost note costs an explanation and never a result.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Digest } from '../graph/node.ts';
import type { Layout } from './layout.ts';

interface ArtifactName {
  readonly stage: string;
  readonly key: Digest;
}

export interface Notes {
  ofNode(recipe: Digest): ArtifactName | undefined;
  ofStage(stage: string): ArtifactName | undefined;
  /** Whether an artifact of the stage may have been made with this code, these parameters and this environment. */
  hasWork(stage: string, work: Digest): boolean;
  /** That the node gave this artifact. */
  noteMade(recipe: Digest, artifact: ArtifactName): void;
  /** That the node took this artifact. */
  noteTaken(recipe: Digest, artifact: ArtifactName): void;
  noteWork(stage: string, work: Digest): void;
}

export function notesOf(layout: Layout): Notes {
  const workFile = (stage: string, work: Digest): string =>
    layout.note('work', `${stage}-${work.slice(0, 32)}`);
  return {
    ofNode: (recipe) => read(layout.note('recipe', recipe)),
    ofStage: (stage) => read(layout.note('stage', stage)),
    hasWork: (stage, work) => existsSync(workFile(stage, work)),
    noteMade(recipe, artifact) {
      write(layout.note('recipe', recipe), JSON.stringify(artifact));
      write(layout.note('stage', artifact.stage), JSON.stringify(artifact));
    },
    noteTaken(recipe, artifact) {
      const place = layout.note('recipe', recipe);
      if (read(place)?.key !== artifact.key) write(place, JSON.stringify(artifact));
    },
    noteWork(stage, work) {
      const place = workFile(stage, work);
      if (!existsSync(place)) write(place, '');
    },
  };
}

function read(file: string): ArtifactName | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ArtifactName;
  } catch {
    return undefined;
  }
}

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A store that cannot be written can still be read.
  }
}
