/** What can be wrong with YAML beyond its grammar, in words. */
import type { Diagnostic } from './diagnostic.ts';
import { lineAt, type Origin } from './source.ts';

export const mostAliasedValues = 10_000;
export const deepest = 100;

export const tooDeep = (origin: Origin): Diagnostic => ({
  code: 'YAML_TOO_DEEP',
  message: `values are nested more than ${deepest} deep`,
  origin,
});

/** `first`: where the key stands for the first time. */
export const duplicateKey = (name: string, origin: Origin, first: Origin | undefined): Diagnostic => ({
  code: 'YAML_DUPLICATE_KEY',
  get message() {
    return `${name} is there twice${first === undefined ? '' : `, first on line ${lineAt(first).line}`}`;
  },
  origin,
});

export const keyNoName = (origin: Origin): Diagnostic => ({
  code: 'YAML_KEY',
  message: 'the key of a mapping is not a name',
  origin,
});

export const zeroByte = (what: 'the file' | 'a text' | 'a name', origin: Origin): Diagnostic => ({
  code: 'YAML_ZERO_BYTE',
  message: `${what} holds a zero byte, which no command line, path or variable can`,
  origin,
});

export const numberTooLarge = (text: string, origin: Origin): Diagnostic => ({
  code: 'YAML_NUMBER',
  message: `${text} is no number that a double can hold: not finite, or an integer above 2^53`,
  origin,
});

export const aliasUnknown = (name: string, origin: Origin): Diagnostic => ({
  code: 'YAML_ALIASES',
  message: `no anchor &${name} stands before *${name}`,
  origin,
});

export const aliasesTooMany = (origin: Origin): Diagnostic => ({
  code: 'YAML_ALIASES',
  message: `aliases stand for more than ${mostAliasedValues} values`,
  origin,
});

export const documentsTooMany = (origin: Origin): Diagnostic => ({
  code: 'YAML_MULTIPLE_DOCS',
  message: 'a second document begins here, and a configuration is one',
  origin,
  remedy: 'take out the line ---, or put what follows into a file of its own',
});
