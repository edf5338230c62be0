/**
 * Whether the system takes a command line with its environment. It gives a new program so much room for both together, on Linux a
 * quarter of the stack, and no more than 128 KiB for a single text; beyond that nothing starts (`E2BIG`).
 */
import { readFileSync } from 'node:fs';

import type { Failure } from '../../failure.ts';

export interface Room {
  /** In bytes, for one text with the zero at its end. */
  readonly single: number;
  /** In bytes, for all texts with their zeros and the addresses of them. */
  readonly total: number;
}

export interface StartedCommand {
  /** Program and arguments. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Words that programs which the command starts get as theirs, beside the whole environment. */
  readonly handedOn?: readonly string[];
}

const kibibyte = 1024;

/** Undefined where it can be started. */
export function faultInSize(command: StartedCommand, room: Room = roomHere()): Failure | undefined {
  const { words, environment, handedOn = [] } = command;
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const texts = [...words, ...variables];
  const sizes = texts.map(bytesOf);
  const most = sizes.reduce((larger, size) => Math.max(larger, size), 0);
  if (most > room.single) {
    const longest = texts[sizes.indexOf(most)] as string;
    const what = words.includes(longest)
      ? 'the command line'
      : `the variable ${longest.slice(0, longest.indexOf('='))}`;
    return tooLong(`${what} has ${inKilobytes(most)}`, `${inKilobytes(room.single)} in one piece`);
  }
  const total = Math.max(roomOf(texts), roomOf([...variables, ...handedOn]));
  if (total <= room.total) return undefined;
  return tooLong(
    `command line and environment have ${inKilobytes(total)}`,
    `${inKilobytes(room.total)} in all (ulimit -s)`,
  );
}

const tooLong = (found: string, limit: string): Failure => ({
  code: 'COMMAND_TOO_LONG',
  message: `${found}, and the system takes ${limit}`,
  remedy:
    'read long lists from the JSON files $PIPE_PARAMS (parameters) and $PIPE_INPUTS (paths of the inputs) in place of {{ ... }}',
});

const bytesOf = (text: string): number => Buffer.byteLength(text) + 1;

const roomOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + bytesOf(text) + 8, 0);

const inKilobytes = (bytes: number): string => `${Math.ceil(bytes / kibibyte)} KiB`;

/** What names and addresses of the program take besides. */
const reserve = 4 * kibibyte;

let known: Room | undefined;

/** Of this system, as this process may use it. */
export function roomHere(): Room {
  known ??=
    process.platform === 'linux'
      ? { single: 128 * kibibyte, total: linuxTotal() - reserve }
      : { single: Infinity, total: 1024 * kibibyte - reserve };
  return known;
}

/** A quarter of the stack that this process may have, at least 128 KiB and at most 6 MiB. */
function linuxTotal(): number {
  const [, stack = '8388608'] = /^Max stack size\s+(\d+|unlimited)/m.exec(limits()) ?? [];
  const bytes = stack === 'unlimited' ? Infinity : Number(stack);
  return Math.max(128 * kibibyte, Math.min(6 * 1024 * kibibyte, bytes / 4));
}

function limits(): string {
  try {
    return readFileSync('/proc/self/limits', 'latin1');
  } catch {
    return '';
  }
}
