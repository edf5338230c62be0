/**
 * Colours where a person looks at the output and wants them: as chalk finds them (terminal, CI, TERM), none with NO_COLOR, and
 * in a file or a pipe where FORCE_COLOR asks for them (0 to 3, as chalk reads it). As in Node itself, FORCE_COLOR is stronger than NO_COLOR.
 */
import chalk, { Chalk, chalkStderr, type ChalkInstance } from 'chalk';

export function coloursOf(stream: NodeJS.WriteStream): ChalkInstance {
  const { FORCE_COLOR: forced, NO_COLOR: none = '' } = process.env;
  if (forced === undefined && (none !== '' || !stream.isTTY)) return new Chalk({ level: 0 });
  return stream === process.stderr ? chalkStderr : chalk;
}
