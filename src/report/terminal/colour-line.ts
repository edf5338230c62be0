/** Colours of a line, by the word it begins with; the line stays what it is without them. */
import type { ChalkInstance } from 'chalk';

/** Of a run or a plan, without its line break. */
export function colourLine(line: string, chalk: ChalkInstance): string {
  if (/^(skip|damage|stray) /.test(line)) return chalk.yellow(line);
  const word = /^(done|FAILED|run|perhaps|shared|unchanged)(?= |$)/.exec(line)?.[0];
  return word === undefined ? line : colourOf(word, chalk)(word) + line.slice(word.length);
}

function colourOf(word: string, chalk: ChalkInstance): ChalkInstance {
  switch (word) {
    case 'FAILED':
      return chalk.red.bold;
    case 'done':
      return chalk.green;
    case 'unchanged':
      return chalk.dim;
    default:
      return chalk.cyan;
  }
}
