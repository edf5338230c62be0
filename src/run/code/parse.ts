/** A script as a tree (ESTree) and as the words it is made of, which are all that an engine sees of it. */
import { parse, type Program, type Token } from 'acorn';

export interface Parsed {
  readonly program: Program;
  /**
   * The words from one place in the source to another: as they are written, one blank apart, without comments, and with the semicolons
   * that a line break stands for. What is not told by them (white space, where lines end) changes nothing.
   */
  readonly textOf: (start: number, end: number) => string;
}

/** Throws a `SyntaxError` of acorn's. */
export function parseScript(source: string, sourceType: 'module' | 'commonjs'): Parsed {
  const tokens: Token[] = [];
  const inserted = new Set<number>();
  const program = parse(source, {
    ecmaVersion: 'latest',
    sourceType,
    onToken: tokens,
    onInsertedSemicolon: (end) => inserted.add(end),
  });
  return {
    program,
    textOf(start, end) {
      const words: string[] = [];
      for (let at = firstFrom(tokens, start); at < tokens.length; at++) {
        const token = tokens[at] as Token;
        if (token.end > end) break;
        if (token.end > token.start) words.push(source.slice(token.start, token.end));
        if (inserted.has(token.end)) words.push(';');
      }
      return words.join(' ');
    },
  };
}

/** They stand in their order. */
function firstFrom(tokens: readonly Token[], start: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle] as Token).start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
