/** Work that is given to every tool: the same inputs, which all of them share, and the same commands. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Step {
  readonly name: string;
  /** Files read, relative to the tool's folder, or outputs of other steps by their name. */
  readonly inputs: readonly string[];
}

export interface Case {
  readonly name: string;
  /** From nothing, or from what the case before left. */
  readonly from: 'nothing' | 'before';
  /** By the tool's name, in place of its own `run`. */
  readonly argumentsOf?: Readonly<Record<string, readonly string[]>>;
  /** Done to the shared inputs before each round. */
  readonly change?: (data: string, round: number) => void;
  /** What no tool can do without, measured once: seconds. */
  readonly limit: (data: string) => Promise<number> | number;
  readonly limitIs: string;
  readonly rounds: number;
  /** GB, where the peak memory is reported too. */
  readonly memoryLimit?: number;
}

export interface Workload {
  readonly name: string;
  /** Writes the shared inputs. */
  data(data: string): void;
  /** Writes a project of the tool that reads `../data`. */
  project(tool: string, folder: string): void;
  readonly cases: readonly Case[];
}

/** Each step writes what its inputs hold into one file; the last one is `all`. */
export function stepsProject(steps: readonly Step[], tool: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const [name, text] = files[tool as keyof typeof files](steps);
  writeFileSync(join(folder, name), text);
  if (tool !== 'pipe') mkdirSync(join(folder, 'out'), { recursive: true });
}

const isPath = (input: string): boolean => input.includes('/');
const outputOf = (input: string): string => (isPath(input) ? input : `out/${input}`);

const files = {
  pipe: (steps: readonly Step[]) =>
    [
      'pipeline.yaml',
      `stages:\n${steps
        .map(({ name, inputs }) => {
          const named = inputs.map((input, i) => `i${i}: ${isPath(input) ? input : `${input}/out`}`);
          const variables = inputs.map((_, i) => `"$PIPE_INPUT_I${i}"`).join(' ');
          return `  ${name}:\n    run: cat ${variables} > $PIPE_OUTPUT/out\n    inputs: { ${named.join(', ')} }\n`;
        })
        .join('')}`,
    ] as const,
  doit: (steps: readonly Step[]) =>
    [
      'dodo.py',
      `DOIT_CONFIG = {'default_tasks': ['all']}\n${steps
        .map(({ name, inputs }) => {
          const read = JSON.stringify(inputs.map(outputOf));
          return `def task_${name}():\n    return {'file_dep': ${read}, 'targets': ['out/${name}'], 'actions': ['cat ${inputs.map(outputOf).join(' ')} > out/${name}']}\n`;
        })
        .join('')}`,
    ] as const,
  snakemake: (steps: readonly Step[]) =>
    [
      'Snakefile',
      steps
        .map(
          ({ name, inputs }) =>
            `rule ${name}:\n    input: ${JSON.stringify(inputs.map(outputOf)).slice(1, -1)}\n    output: "out/${name}"\n    shell: "cat {input} > {output}"\n`,
        )
        .toReversed()
        .join(''),
    ] as const,
  dvc: (steps: readonly Step[]) =>
    [
      'dvc.yaml',
      `stages:\n${steps
        .map(
          ({ name, inputs }) =>
            `  ${name}:\n    cmd: cat ${inputs.map(outputOf).join(' ')} > out/${name}\n    deps: ${JSON.stringify(inputs.map(outputOf))}\n    outs: [out/${name}]\n`,
        )
        .join('')}`,
    ] as const,
};
