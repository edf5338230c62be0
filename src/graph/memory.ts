/** What stages have come to in scopes already seen. A scope counts as seen when it agrees in all that was read then. */
import type { Scope } from '../config/scope.ts';
import type { NodeDraft } from './nodes.ts';
import type { PathSet, Visibility } from './visibility.ts';

export interface Outcome {
  /** Undefined where something is wrong with it. */
  readonly draft: NodeDraft | undefined;
  /** What it and everything above it reads, as far as edges and sweeps set it. */
  readonly reads: PathSet;
}

export class Memory {
  /** By stage, by what was read, by what that was. */
  readonly #outcomes = new Map<string, Map<PathSet, Map<string, Outcome>>>();

  recall(stage: string, scope: Scope, visibility: Visibility): Outcome | undefined {
    for (const [reads, outcomes] of this.#outcomes.get(stage) ?? []) {
      const outcome = outcomes.get(seenThrough(reads, scope, visibility));
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  keep(stage: string, scope: Scope, outcome: Outcome, visibility: Visibility): void {
    const ofStage = this.#outcomes.get(stage) ?? new Map<PathSet, Map<string, Outcome>>();
    this.#outcomes.set(stage, ofStage);
    const ofReads = ofStage.get(outcome.reads) ?? new Map<string, Outcome>();
    ofStage.set(outcome.reads, ofReads);
    ofReads.set(seenThrough(outcome.reads, scope, visibility), outcome);
  }
}

/** The part of a scope's differences that someone who reads these paths can see. */
function seenThrough(reads: PathSet, scope: Scope, visibility: Visibility): string {
  if (scope.overlay.size === 0) return '';
  return [...scope.overlay]
    .filter(([path]) => (visibility.touching(path) & reads) !== 0n)
    .map(([path, { text }]) => `${path}=${text}`)
    .join('\n');
}
