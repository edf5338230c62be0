/**
 * The last artifact that a node of each name gave or took, so that a node whose recipe is new can be compared with what
 * it was before. A lost or outdated name costs an explanation and never a result.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Digest } from '../graph/node.ts';
import type { Layout } from './layout.ts';

interface NamedArtifact {
  readonly stage: string;
  readonly key: Digest;
}

export type NamedArtifacts = ReadonlyMap<string, NamedArtifact>;

export function readNames(layout: Layout): NamedArtifacts {
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(layout.names, 'utf8')) as object));
  } catch {
    return new Map();
  }
}

/** Far more than the nodes of a sweep; the longest untouched are forgotten. */
const mostNames = 20_000;

export function noteNames(layout: Layout, latest: NamedArtifacts): void {
  const known = readNames(layout);
  if ([...latest].every(([name, { key }]) => known.get(name)?.key === key)) return;
  const others = [...known].filter(([name]) => !latest.has(name));
  const kept = [...others, ...latest].slice(-mostNames);
  try {
    mkdirSync(dirname(layout.names), { recursive: true });
    const temporary = `${layout.names}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(Object.fromEntries(kept)));
    renameSync(temporary, layout.names);
  } catch {
    // A store that cannot be written can still be read.
  }
}
