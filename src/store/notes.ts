/**
 * Notes that spare a search through all manifests: the last artifact of a node, of its name and of its stage, and whether
 * any artifact was ever made with some code and parameters. One file, a line for each artifact made, or taken by a node
 * that had another before. A lost note costs an explanation and never a result.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Digest, Node } from '../graph/node.ts';
import type { Layout } from './layout.ts';
import { linesIn } from './json-lines.ts';
import { appendStored } from './stored-file.ts';
import { writeWhole } from './whole-file.ts';

interface ArtifactName {
  readonly stage: string;
  readonly key: Digest;
}

type NotedNode = Pick<Node, 'recipe' | 'name' | 'stage'>;

export interface Notes {
  ofNode(recipe: Digest): ArtifactName | undefined;
  /** All that it ever gave or took, as far as that is still known. */
  keysOfNode(recipe: Digest): Iterable<Digest>;
  /** Of the last node of that name, whose recipe may have been another. */
  ofName(name: string): ArtifactName | undefined;
  /** The last that any node of the stage gave. */
  ofStage(stage: string): ArtifactName | undefined;
  /** Whether an artifact of the stage may have been made with this code, these parameters and this environment. */
  hasWork(stage: string, work: Digest): boolean;
  /** That the node gave the artifact of this key. */
  noteMade(node: NotedNode, key: Digest, work: Digest): void;
  /** That the node took it. */
  noteTaken(node: NotedNode, key: Digest): void;
}

/** `work` is absent where the artifact was taken. */
type Line = readonly [recipe: Digest, name: string, stage: string, key: Digest, work?: string];

/** What is known is read when it is first asked for, and this run's own notes are added to it. */
export function notesOf({ notes: file }: Layout): Notes {
  let read: Known | undefined;
  const known = (): Known => (read ??= readNotes(file));
  const note = (line: Line): void => {
    add(known(), line);
    const text = `${JSON.stringify(line)}\n`;
    try {
      appendStored(file, text);
    } catch {
      appendToNew(file, text);
    }
  };
  return {
    ofNode: (recipe) => known().nodes.get(recipe),
    keysOfNode: (recipe) => known().keys.get(recipe) ?? [],
    ofName: (name) => known().names.get(name),
    ofStage: (stage) => known().stages.get(stage),
    hasWork: (stage, work) => known().work.has(nameOfWork(stage, work)),
    noteMade: ({ recipe, name, stage }, key, work) => note([recipe, name, stage, key, work.slice(0, 32)]),
    noteTaken({ recipe, name, stage }, key) {
      const { nodes, names } = known();
      if (nodes.get(recipe)?.key !== key || names.get(name)?.key !== key) note([recipe, name, stage, key]);
    },
  };
}

function appendToNew(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    appendStored(file, text);
  } catch {
    // A store that cannot be written can still be read.
  }
}

interface Known {
  readonly nodes: Map<Digest, ArtifactName>;
  readonly keys: Map<Digest, Set<Digest>>;
  readonly names: Map<string, ArtifactName>;
  readonly stages: Map<string, ArtifactName>;
  readonly work: Set<string>;
}

const nameOfWork = (stage: string, work: string): string => `${stage}\0${work.slice(0, 32)}`;

function add({ nodes, keys, names, stages, work }: Known, [recipe, name, stage, key, made]: Line): void {
  const artifact = { stage, key };
  nodes.set(recipe, artifact);
  const known = keys.get(recipe);
  if (known === undefined) keys.set(recipe, new Set([key]));
  else known.add(key);
  names.set(name, artifact);
  if (made === undefined) return;
  stages.set(stage, artifact);
  work.add(nameOfWork(stage, made));
}

function readNotes(file: string): Known {
  const known: Known = {
    nodes: new Map(),
    keys: new Map(),
    names: new Map(),
    stages: new Map(),
    work: new Set(),
  };
  const lines = linesIn(file, isLine);
  for (const line of lines) add(known, line);
  if (lines.length > mostLines) forgetOldest(file, lines);
  return known;
}

/** Anything may have been written there. */
function isLine(line: unknown): line is Line {
  if (!Array.isArray(line) || !line.every((word) => typeof word === 'string')) return false;
  const [, , stage = '', key = ''] = line as readonly string[];
  return (line.length === 4 || line.length === 5) && /^[^/\0]+$/.test(stage) && /^[0-9a-f]{64}$/.test(key);
}

/** Far more than the nodes of a sweep. What another run notes at this very moment may be lost. */
const mostLines = 100_000;

function forgetOldest(file: string, lines: readonly Line[]): void {
  const kept = lines.slice(-mostLines / 2).map((line) => `${JSON.stringify(line)}\n`);
  try {
    writeWhole(file, kept.join(''));
  } catch {
    // A store that cannot be written can still be read.
  }
}
