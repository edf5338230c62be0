/**
 * Whether what an attempt kept in its checkpoint is of what its key says. An attempt that ended was looked after: nothing that it may
 * have read had changed. One that was killed was not, and an edit may have been taken back since. So how all of it looked before
 * the attempt is noted, and the next one gets the checkpoint where all of it looks so still.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Digest } from '../graph/node.ts';
import type { Layout } from './layout.ts';
import { tryLock } from './lock.ts';
import { namesIn } from './names-in.ts';
import { stampLength } from './stamp.ts';
import { readSummed, writeSummed } from './summed-text.ts';
import type { TreeTable } from './tree-table.ts';
import { waysHold, type Steps } from './ways.ts';
import { removeFile } from './whole-file.ts';

/** How all looked that an attempt may read, before it began. */
export interface AttemptLooks {
  /** Of all but the ways: those may get other names in their folders. */
  readonly digest: Digest;
  readonly ways: Steps;
}

export interface Attempt {
  /** Whether its checkpoint may be handed to one that reads what looks so. */
  mayGoOn(looks: AttemptLooks): boolean;
  /** Throws where it cannot be noted. */
  begin(looks: AttemptLooks): void;
  /** It ended, and nothing had changed meanwhile. */
  prove(): void;
  forget(): void;
}

const proved = 'proved';

/** By the name of its work. */
export function attemptOf({ attempts }: Layout, name: string): Attempt {
  const file = join(attempts, name);
  return {
    mayGoOn(looks) {
      try {
        const noted = JSON.parse(readSummed(file)) as AttemptLooks | typeof proved;
        return noted === proved || (noted.digest === looks.digest && waysHold(noted.ways));
      } catch {
        return false;
      }
    },
    begin: (looks) => writeSummed(file, JSON.stringify(looks)),
    prove: () => writeSummed(file, JSON.stringify(proved)),
    forget: () => void removeFile(file),
  };
}

/** Notes of attempts whose checkpoint is gone. */
export function sweepAttempts(layout: Layout): void {
  for (const name of namesIn(layout.attempts)) {
    if (existsSync(join(layout.checkpoints, name))) continue;
    const attempt = tryLock(layout.locks, name);
    if (attempt.kind === 'held') continue;
    removeFile(join(layout.attempts, name));
    attempt.lock.release();
  }
}

/** SHA-256 of the paths and stamps of a tree, or of a part as if that had been looked at alone. */
export function digestOfLooks(
  { paths, stamps }: Pick<TreeTable, 'paths' | 'stamps'>,
  part: string | null = null,
): Digest {
  const names: string[] = [];
  const numbers: number[] = [];
  for (const [i, path] of paths.entries()) {
    const name = part === null ? path : nameWithin(path, part);
    if (name === undefined) continue;
    names.push(name);
    // One that is distrusted is negative.
    for (let at = stampLength * i; at < stampLength * (i + 1); at++)
      numbers.push(Math.abs(stamps[at] as number));
  }
  const hash = createHash('sha256').update(names.join('\0'));
  return hash.update(new Uint8Array(Float64Array.from(numbers).buffer)).digest('hex') as Digest;
}

function nameWithin(path: string, part: string): string | undefined {
  if (path === part) return '';
  return path.startsWith(`${part}/`) ? path.slice(part.length + 1) : undefined;
}
