/** The command line as a user whom file modes bind: root may write to a read-only file. */
import { lchownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';

import { ordinaryUser } from '../../bench/ordinary-user.ts';
import { temporaryProject } from '../temporary-project.ts';
import type { Ended } from './pipe.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');
const user = ordinaryUser(program);

/** A project that belongs to that user. */
export async function ordinaryProject(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await temporaryProject(files);
  giveAll(root);
  return root;
}

function giveAll(path: string): void {
  lchownSync(path, user.id, user.id);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) giveAll(join(path, name));
}

export const ordinaryPipe = (folder: string, ...args: readonly string[]): Promise<Ended> =>
  ordinary(folder, process.execPath, program, ...args);

/** `sh`, with the command line as `$PIPE`. */
export const ordinaryShell = (folder: string, script: string): Promise<Ended> =>
  ordinary(folder, 'sh', '-c', script);

async function ordinary(folder: string, ...words: readonly string[]): Promise<Ended> {
  const [file, ...args] = [...user.words, ...words];
  const { exitCode, stdout, stderr } = await execa(file as string, args, {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1', HOME: folder, PIPE: `${process.execPath} ${program}` },
  });
  return { code: exitCode ?? -1, stdout, stderr };
}
