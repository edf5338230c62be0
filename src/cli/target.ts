/** What a command is to work on: a stage, or a node by its name, whose overrides then count as given with `-S`. */
import { FailureError } from '../failure.ts';
import { isCut, partsOfName } from '../graph/name.ts';

export interface Target {
  readonly stage: string;
  readonly overrides: readonly string[];
}

/** `gmm`, or `gmm[gmm.components=4, seed=1]` as plans name it. Throws a `FailureError` where the name does not hold a value whole. */
export function parseTarget(text: string): Target {
  const { stage, overrides } = partsOfName(text);
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
