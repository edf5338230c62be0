/** What a command is to work on: a stage, or a node by its name, whose overrides then count as given with `-S`. */

export interface Target {
  readonly stage: string;
  readonly overrides: readonly string[];
}

/** `gmm`, or `gmm[gmm.components=4, seed=1]` as plans name it. */
export function parseTarget(text: string): Target {
  const match = /^([^[]+)\[(.*)\]$/s.exec(text);
  if (match === null) return { stage: text, overrides: [] };
  const [, stage = '', inside = ''] = match;
  return { stage, overrides: inside.split(/, (?=[A-Za-z][\w.-]*=)/) };
}
