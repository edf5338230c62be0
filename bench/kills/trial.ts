/** A project whose right result is known beforehand, runs of it that are killed at random moments, and what must hold after each. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { inspectStore } from '../../src/store/inspect.ts';
import { openStore } from '../../src/store/store.ts';

const program = join(import.meta.dirname, '../../bin/pipe.js');

const pipeline = (scale: number): string => `
params: { scale: ${scale} }
stages:
  parts:
    run: |
      for i in 1 2 3 4 5 6 7 8; do cat "$PIPE_INPUT_DATA" "$PIPE_PARAMS" > "$PIPE_OUTPUT/part-$i"; done
    inputs: { data: ./data }
    with: { scale: "\${scale}" }
  copy:
    use: stages/copy.ts
    inputs: { parts: parts }
  large:
    run: for i in 1 2 3 4; do cat "$PIPE_INPUT_PARTS"/part-*; done > "$PIPE_OUTPUT/large"
    inputs: { parts: parts }
  all:
    run: cat "$PIPE_INPUT_COPY/copy" "$PIPE_INPUT_LARGE/large" > "$PIPE_OUTPUT/all"
    inputs: { copy: copy, large: large }
`;

const copyStage = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
export default {
  async run({ inputs, output }: any): Promise<void> {
    const { path } = inputs.one('parts');
    for (const name of readdirSync(path).sort())
      writeFileSync(output + '/copy', readFileSync(path + '/' + name), { flag: 'a' });
  },
};
`;

export interface State {
  readonly scale: number;
  readonly data: string;
}

const resultOf = ({ scale, data }: State): string => `${data}${JSON.stringify({ scale })}`.repeat(8 + 32);

export class Trial {
  readonly #root: string;
  /** Folders of whole artifacts seen so far. */
  readonly #seen = new Set<string>();
  #state: State = { scale: 1, data: '' };

  constructor(root: string) {
    this.#root = root;
    mkdirSync(join(root, 'stages'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(root, 'stages/copy.ts'), copyStage);
  }

  /** Edits what the result depends on. */
  change(state: State): void {
    if (state.scale !== this.#state.scale || this.#state.data === '')
      writeFileSync(join(this.#root, 'pipeline.yaml'), pipeline(state.scale));
    if (state.data !== this.#state.data) writeFileSync(join(this.#root, 'data'), state.data);
    this.#state = state;
  }

  /** Whether the run was still going when it was killed, after that many milliseconds. */
  async runAndKill(milliseconds: number): Promise<boolean> {
    const child = spawn(process.execPath, [program, 'run', 'all', '--quiet'], {
      cwd: this.#root,
      stdio: 'ignore',
    });
    const ended = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('exit', (_, signal) => resolve(signal)),
    );
    await Promise.race([delay(milliseconds), ended]);
    child.kill('SIGKILL');
    return (await ended) === 'SIGKILL';
  }

  /** What is wrong with the store: a torn file, a whole artifact that has gone. Empty where all is well. */
  async faultsOfStore(): Promise<readonly string[]> {
    const faults: string[] = [];
    const here = new Set<string>();
    for await (const { stage, key, damaged } of inspectStore(await openStore(this.#root), () => true)) {
      here.add(`${stage}/${key}`);
      faults.push(...damaged.map((path) => `torn: ${stage}/${key}/${path}`));
    }
    for (const folder of this.#seen) if (!here.has(folder)) faults.push(`lost: ${folder}`);
    for (const folder of here) this.#seen.add(folder);
    return faults;
  }

  /** Runs to the end, twice: the result must be right, and the second run must find everything done. */
  async faultsOfResult(): Promise<readonly string[]> {
    const first = await this.#run();
    const second = await this.#run();
    const ran = second.events.filter(({ kind }) => kind === 'node-started').length;
    const folder = second.events.findLast(({ kind, node }) => kind === 'node-hit' && node === 'all')?.folder;
    const result = folder === undefined ? '' : readFileSync(join(folder, 'all'), 'utf8');
    const left = leftOvers(this.#root);
    return [
      ...(first.code === 0 && second.code === 0 ? [] : [`failed: ${first.stderr}${second.stderr}`]),
      ...(ran === 0 ? [] : [`ran again: ${ran}`]),
      ...(result === resultOf(this.#state) ? [] : ['wrong result that counts as up to date']),
      ...left.map((path) => `left over: ${path}`),
    ];
  }

  async #run(): Promise<{ code: number | null; events: readonly Told[]; stderr: string }> {
    const child = spawn(process.execPath, [program, 'run', 'all', '--json'], { cwd: this.#root });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    const lines = stdout.split('\n').filter((line) => line !== '');
    return { code, events: lines.map((line) => JSON.parse(line) as Told), stderr };
  }
}

interface Told {
  readonly kind: string;
  readonly node?: string;
  readonly folder?: string;
}

/** What must not stay once a run has ended: half of an output. Finished work of other parameters waits to be adopted. */
function leftOvers(root: string): readonly string[] {
  return ['work', 'trash'].flatMap((name) => {
    const folder = join(root, 'artifacts/.store', name);
    try {
      return readdirSync(folder)
        .filter((entry) => !existsSync(join(folder, entry, 'finished.json')))
        .map((entry) => `${name}/${entry}`);
    } catch {
      return [];
    }
  });
}
