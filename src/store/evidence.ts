/**
 * What an artifact was made from, kept so that a later change can be shown: the sources of its code, and which files the
 * folders it read had. Nothing of it is needed for a result; what cannot be kept or is lost costs an explanation.
 */
import { linkSync, mkdirSync, statSync } from 'node:fs';
import { hash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';

import { readPlainFile } from '../config/plain-file.ts';
import type { KeyParts, SourcePart } from '../graph/key.ts';
import type { Digest } from '../graph/node.ts';
import { contentOfPart } from './content.ts';
import { forgetOldest } from './forget-oldest.ts';
import type { Layout } from './layout.ts';
import type { Manifest } from './manifest.ts';
import { changeOfListing, inListing, listingIn, type Listing, type ListingChange } from './listing.ts';
import { readStored } from './stored-file.ts';
import { digestInTable } from './tree-table.ts';
import { copyWhole, writeWhole } from './whole-file.ts';

/** Keeps what the parts of a key name of the project. `root` is the project's. */
export function keepEvidence(layout: Layout, root: string, { code, inputs }: KeyParts): void {
  try {
    if (code.kind === 'module')
      for (const [path, digest] of Object.entries(code.sources)) keepSource(layout, join(root, path), digest);
    for (const source of inputs.flatMap(({ sources }) => sources))
      if (source.artifact === undefined) keepListing(layout, root, source);
  } catch {
    // A full disk, a folder that cannot be written: the artifact is what matters.
  }
}

/** The text of a source file as it was when it had this digest; undefined where it was not kept, or not whole. */
export function sourceText(layout: Layout, digest: Digest): string | undefined {
  try {
    const bytes = readStored(layout.source(digest));
    return hash('sha256', bytes, 'hex') === digest ? bytes.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}

export interface PlacedDigest {
  /** Absolute. */
  readonly path: string;
  /** The list that names which of its files count; absent where all do. */
  readonly list: string | undefined;
  readonly digest: Digest;
}

/** How a folder outside the store changed between two times; undefined where that is not known any more, and for a file. */
export function folderChange(
  layout: Layout,
  before: PlacedDigest,
  after: PlacedDigest,
): ListingChange | undefined {
  const [earlier, now] = [before, after].map(({ path, list, digest }) =>
    [layout.treeIndex(path, list), layout.listing(digest)].find((file) => digestInTable(file) === digest),
  );
  if (earlier === undefined || now === undefined) return undefined;
  const change = changeOfListing(earlier, now);
  return change === undefined || change.before.has('') || change.after.has('') ? undefined : change;
}

/** Of a folder outside the store as it was when it had this digest; `path` is where it is now. */
export function listingOf(layout: Layout, { path, list, digest }: PlacedDigest): Listing | undefined {
  return listingIn(layout.treeIndex(path, list), digest) ?? listingIn(layout.listing(digest), digest);
}

/** Of an artifact, or of the folder in it that is used. */
export function listingOfPart(manifest: Manifest, part: string | null): Listing | undefined {
  const content = contentOfPart(manifest, part);
  return content === undefined
    ? undefined
    : new Map(content.files.map((file) => [file.path, inListing(file)]));
}

function keepSource(layout: Layout, path: string, digest: Digest): void {
  const place = layout.source(digest);
  if (statSync(place, { throwIfNoEntry: false }) !== undefined) return;
  const bytes = readPlainFile(path);
  if (hash('sha256', bytes, 'hex') !== digest) return;
  writeWhole(place, bytes);
}

const mostListings = 64;

/** The index of a tree is never changed in place, so a second name of it stays as it is. */
function keepListing(layout: Layout, root: string, { origin, list, digest }: SourcePart): void {
  const place = layout.listing(digest);
  const index = layout.treeIndex(resolve(root, origin), list);
  if (statSync(place, { throwIfNoEntry: false }) !== undefined) return;
  if (digestInTable(index) !== digest) return;
  mkdirSync(dirname(place), { recursive: true });
  try {
    linkSync(index, place);
  } catch {
    copyWhole(index, place);
  }
  forgetOldest(dirname(place), mostListings);
}
