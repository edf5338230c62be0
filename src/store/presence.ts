/**
 * Runs and removals keep apart: a run says that it is there and waits while somebody removes artifacts; who wants to
 * remove says so first and then looks whether a run is there.
 */
import { readdirSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

import type { Layout } from './layout.ts';
import { holderOfLock, takeLock, tryLock, type Holder, type Lock } from './lock.ts';
import { attempt } from './system-error.ts';

const removal = 'removal';
const prefix = 'run@';

/** Of a run that takes artifacts from the store; released at its end. A store that cannot be written is not removed from either. */
export async function enterStore({ locks }: Layout, signal: AbortSignal): Promise<Lock> {
  try {
    const presence = tryLock(locks, `${prefix}${randomUUID()}`);
    if (presence.kind === 'held') throw new Error('two runs have one name');
    if (holderOfLock(locks, removal) !== undefined) {
      const pause = await takeLock(locks, removal, { signal, onHeld: () => undefined });
      pause.release();
    }
    return presence.lock;
  } catch (error) {
    // An interrupted run takes nothing.
    if (!signal.aborted && !(error instanceof Error && 'syscall' in error)) throw error;
    return { release: () => undefined };
  }
}

export type Removal =
  | { readonly kind: 'granted'; readonly lock: Lock }
  /** A run, or another removal. */
  | { readonly kind: 'busy'; readonly holder: Holder };

/** The right to remove artifacts, while no run is there. Throws what the system says where it does not let one look for runs. */
export function beginRemoval({ locks }: Layout): Removal {
  const taken = tryLock(locks, removal);
  if (taken.kind === 'held') return { kind: 'busy', holder: taken.holder };
  let isGranted = false;
  try {
    const [holder] = runsIn(locks);
    isGranted = holder === undefined;
    return holder === undefined ? { kind: 'granted', lock: taken.lock } : { kind: 'busy', holder };
  } finally {
    if (!isGranted) taken.lock.release();
  }
}

/** Who runs in the store now, as far as one may look. */
export const presentRuns = ({ locks }: Layout): readonly Holder[] => attempt(() => runsIn(locks)) ?? [];

const runsIn = (locks: string): readonly Holder[] =>
  readdirSync(locks)
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => holderOfLock(locks, name) ?? []);
