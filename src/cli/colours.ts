/** Colours where a person looks at the output and wants them. */
import chalk, { Chalk, type ChalkInstance } from 'chalk';

/** None in a file, in a pipe, or with NO_COLOR. */
export function coloursOf(stream: NodeJS.WriteStream): ChalkInstance {
  const none = (process.env['NO_COLOR'] ?? '') !== '' || !stream.isTTY;
  return none ? new Chalk({ level: 0 }) : chalk;
}
