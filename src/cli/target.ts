/** What a command is to work on: a stage, or a node by its name, whose overrides then count as given with `-S`. */
import { splitAtCommas } from '../config/override.ts';
import { FailureError } from '../failure.ts';
import { isCut } from '../graph/name.ts';

export interface Target {
  readonly stage: string;
  readonly overrides: readonly string[];
}

/** `gmm`, or `gmm[gmm.components=4, seed=1]` as plans name it. Throws a `FailureError` where the name does not hold a value whole. */
export function parseTarget(text: string): Target {
  const match = /^([^[]+)\[(.*)\]$/s.exec(text);
  if (match === null) return { stage: text, overrides: [] };
  const [, stage = '', inside = ''] = match;
  const overrides = overridesIn(inside);
  const cut = overrides.find(isCut);
  if (cut !== undefined) {
    const path = cut.slice(0, cut.indexOf('='));
    throw new FailureError({
      code: 'NAME_CUT',
      message: `the value of ${path} is cut short in this name`,
      remedy: `name the stage and give the value whole: ${stage} -S ${path}=...`,
    });
  }
  return { stage, overrides };
}

function overridesIn(text: string): readonly string[] {
  const pieces = splitAtCommas(text, text.indexOf('=') + 1);
  const next = pieces.slice(1).find(({ start }) => /^\s*[A-Za-z][\w.-]*=/.test(text.slice(start)));
  if (next === undefined) return [text.trim()];
  return [text.slice(0, next.start - 1).trim(), ...overridesIn(text.slice(next.start))];
}
