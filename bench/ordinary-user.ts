/** How a command is started as somebody whom file modes bind: root may write to a read-only file. */
import { spawnSync } from 'node:child_process';

export interface OrdinaryUser {
  /** What comes before the words of the command. */
  readonly words: readonly string[];
  /** Whose the files have to be that it works on. */
  readonly id: number;
}

const nobody = 65_534;

/**
 * Who runs this, unless that is root: then nobody, or, where nobody cannot reach the file `program` (a checkout below a closed
 * folder), root without the capabilities that set it above modes.
 */
export function ordinaryUser(program: string): OrdinaryUser {
  const id = process.getuid?.();
  if (id !== 0) return { words: [], id: id ?? -1 };
  const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
  if (reaches(asNobody, program)) return { words: asNobody, id: nobody };
  return { words: ['setpriv', '--bounding-set=-all', '--inh-caps=-all'], id: 0 };
}

function reaches([file, ...args]: readonly string[], program: string): boolean {
  const look = 'require("node:fs").accessSync(process.argv[1])';
  const { status } = spawnSync(file as string, [...args, process.execPath, '-e', look, program], {
    stdio: 'ignore',
  });
  return status === 0;
}
