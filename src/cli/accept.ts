/** `pipe accept NODE --because TEXT` */
import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { relative } from 'node:path';

import { FailureError } from '../failure.ts';
import { changeInShort } from '../report/terminal/words.ts';
import { accept as acceptNode } from '../run/accept.ts';
import type { Holder } from '../store/lock.ts';
import { openStore } from '../store/store.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions, JsonOption } from './options.ts';
import { openGraph } from './remembered-graph.ts';
import { printJson, printLines, tell } from './output.ts';

export interface AcceptOptions extends ConfigurationOptions, JsonOption {
  readonly because: string;
  readonly instead?: string;
}

export async function accept(name: string, options: AcceptOptions): Promise<number> {
  const { root, graph } = await openGraph([name], options);
  const store = await openStore(root);
  const { because: why, instead } = options;
  const { signal } = new AbortController();
  if (instead !== undefined && graph.targets.length > 1) throw oneForMany(name, graph.targets.length);
  for (const { recipe } of graph.targets) {
    const by = whoIn(root);
    const artifact = await acceptNode(graph, recipe, { root, store, by, why, instead, signal, onHeld });
    const { manifest } = artifact;
    const { name: node, key, accepted } = manifest;
    if (options.json === true) printJson({ node, key, accepted });
    else
      printLines(
        `${node}: what was made as ${accepted?.stage === undefined ? '' : `${accepted.stage}/`}${accepted?.instead.slice(0, 16)} stands as ${relative(root, artifact.folder).replace(/\/files$/, '')}`,
        ...(accepted?.changes ?? []).map((change) => `  ${changeInShort(change)}`),
        `accepted by ${accepted?.by}: ${why}`,
      );
  }
  return exitCode.ok;
}

const onHeld = ({ pid, host }: Holder): void =>
  tell(`waits for process ${pid} on ${host}, which is at this work`);

const oneForMany = (name: string, count: number): FailureError =>
  new FailureError({
    code: 'ACCEPT_WHICH',
    message: `--instead names one artifact, and these are ${count} nodes`,
    place: name,
    remedy: 'name the node as pipe plan does',
  });

/** As git knows them there, else the name of the account. */
function whoIn(root: string): string {
  const ask = (name: string): string => {
    try {
      return execFileSync('git', ['config', name], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
    } catch {
      return '';
    }
  };
  const [name, address] = [ask('user.name'), ask('user.email')];
  if (name === '') return address === '' ? userInfo().username : address;
  return address === '' ? name : `${name} <${address}>`;
}
