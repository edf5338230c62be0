/** A command with its placeholders filled in. */
import { parseCommand, type PlaceholderName } from '../../config/command-line.ts';
import type { Json } from '../../json.ts';
import type { CommandContext } from './environment.ts';

export interface FilledCommand {
  /** For `sh -c`. */
  readonly line: string;
  /** What the line refers to. */
  readonly variables: Readonly<Record<string, string>>;
  /** The values of those, in order. */
  readonly words: readonly string[];
}

/**
 * Each value goes through a variable, so that no text, whatever it holds, is ever read as shell. A list becomes several
 * words; so does a swept input, and an absent one none.
 */
export function fillCommand(command: string, params: Json, context: CommandContext): FilledCommand {
  const words: string[] = [];
  const line = parseCommand(command).pieces.map((piece) => {
    if (piece.kind === 'text') return piece.text;
    if (words.length > mostWords) return '';
    const quoted = wordsOf(piece.name, params, context).map((word) => {
      words.push(word);
      return `"$${variableOf(words.length)}"`;
    });
    return quoted.join(' ');
  });
  const variables = Object.fromEntries(words.map((word, index) => [variableOf(index + 1), word]));
  return { line: line.join(''), variables, words };
}

/** With their variables more than any system has room for: the rest is left out of what will be refused. */
const mostWords = 300_000;

const variableOf = (number: number): string => `PIPE_VALUE_${number}`;

function wordsOf(name: PlaceholderName, params: Json, context: CommandContext): readonly string[] {
  switch (name.of) {
    case 'with': {
      const value = name.path.split('.').reduce<Json | undefined>(memberOf, params);
      return [value ?? []].flat().map(String);
    }
    case 'inputs':
      return (context.inputs[name.path] ?? []).map(({ path }) => path);
    case 'output':
      return [context.output];
    case 'checkpoint':
      return [context.checkpoint];
    case 'cpus':
      return [String(context.cpus)];
  }
}

function memberOf(group: Json | undefined, key: string): Json | undefined {
  return typeof group === 'object' && group !== null && !Array.isArray(group)
    ? (group as Readonly<Record<string, Json>>)[key]
    : undefined;
}
