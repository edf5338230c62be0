/** The words of a command line that say which configuration was meant, to stand in a command that a message names. */
import { parseOverride } from '../config/override.ts';
import { shellWord } from '../shell-word.ts';
import type { ConfigurationOptions } from './options.ts';
import { parseTarget } from './target.ts';

/** ` -e smoke -S n=5`, empty without any. What is swept is left out: a node's name says which point it is. */
export function askedWords(targets: readonly string[], { experiment, set }: ConfigurationOptions): string {
  const overrides = [...set, ...targets.flatMap((target) => parseTarget(target).overrides)].filter((text) => {
    const parsed = parseOverride(text);
    return parsed.ok && parsed.value.kind === 'set';
  });
  const words = [
    ...(experiment === undefined ? [] : ['-e', experiment]),
    ...overrides.flatMap((text) => ['-S', text]),
  ];
  return words.map((word) => ` ${shellWord(word)}`).join('');
}
