/** The environment of a stage's process: what it declared, and what any program needs to work at all. */
import type { StageInput } from '../../stage.ts';
import { valueOfVariable } from '../declared-environment.ts';
import { visibleGpus } from '../machine.ts';

/** Where programs and libraries are found, and which devices there are; language and time zone are always the same. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'TMPDIR',
  'LD_LIBRARY_PATH',
  'CUDA_VISIBLE_DEVICES',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
];
const fixed: Readonly<Record<string, string>> = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' };

/** `gpus` are the devices granted, by their place among those of this process; undefined leaves them as they are. */
export function stageEnvironment(
  declared: readonly string[],
  gpus: readonly number[] | undefined,
): Record<string, string> {
  const environment = { ...fixed };
  for (const name of [...passedOn, ...declared]) {
    const value = valueOfVariable(name);
    if (value !== undefined) environment[name] = value;
  }
  if (gpus !== undefined) {
    const devices = visibleGpus();
    environment['CUDA_VISIBLE_DEVICES'] = gpus.map((gpu) => devices[gpu] ?? String(gpu)).join(',');
  }
  return environment;
}

export interface CommandContext {
  readonly output: string;
  readonly checkpoint: string;
  readonly cpus: number;
  /** A JSON file with the parameters. */
  readonly paramsFile: string;
  /** A JSON file with the paths of the inputs, a list for each. */
  readonly inputsFile: string;
  readonly inputs: Readonly<Record<string, readonly StageInput[]>>;
}

/**
 * What a command line gets in place of a context. The paths of a swept input stand one a line; where they are too many for a
 * variable there is none, and they are in the file of all inputs alone.
 */
export function commandVariables(context: CommandContext): Record<string, string> {
  const variables: Record<string, string> = {
    PIPE_OUTPUT: context.output,
    PIPE_PARAMS: context.paramsFile,
    PIPE_INPUTS: context.inputsFile,
    PIPE_CHECKPOINT: context.checkpoint,
    PIPE_CPUS: String(context.cpus),
  };
  for (const [name, sources] of Object.entries(context.inputs)) {
    const paths = sources.map(({ path }) => path).join('\n');
    if (sources.length > 0 && Buffer.byteLength(paths) <= longestPaths)
      variables[variableOfInput(name)] = paths;
  }
  return variables;
}

/** In bytes; a system may take no more than 128 KiB. */
const longestPaths = 100_000;

/** What stands in `PIPE_INPUTS`. */
export function inputPaths({
  inputs,
}: Pick<CommandContext, 'inputs'>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, sources]) => [name, sources.map(({ path }) => path)]),
  );
}

/** `generatedValidation` and `generated-validation` are `PIPE_INPUT_GENERATED_VALIDATION`. */
export function variableOfInput(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_');
  return `PIPE_INPUT_${words.toUpperCase()}`;
}
