/** What a stage's command is started with: its line with the values filled in, its environment, and whether the system takes them. */
import type { Failure } from '../../failure.ts';
import type { Node, NodeAction } from '../../graph/node.ts';
import type { Json } from '../../json.ts';
import { fillCommand } from './command-line.ts';
import { faultInSize } from './command-size.ts';
import { commandVariables, stageEnvironment, variableOfInput, type CommandContext } from './environment.ts';

export interface CommandStart {
  /** For `sh -c`. */
  readonly line: string;
  readonly environment: Readonly<Record<string, string>>;
  /** `COMMAND_TOO_LONG` where the system does not take it. */
  readonly fault: Failure | undefined;
}

/** What the runner puts before the line. */
const before = ' '.repeat(200);

export function commandStart(
  { environment: declared }: Pick<Node, 'environment'>,
  { command }: Extract<NodeAction, { kind: 'command' }>,
  params: Json,
  context: CommandContext & { readonly gpus?: readonly number[] | undefined },
): CommandStart {
  const { line, variables, words } = fillCommand(command, params, context);
  const inputs = commandVariables(context);
  const environment = { ...stageEnvironment(declared, context.gpus), ...inputs, ...variables };
  const fault =
    variableLeftOut(command, context, inputs) ??
    faultInSize({ words: ['/bin/sh', '-c', before + line], environment, handedOn: words });
  return { line, environment, fault };
}

/** The command asks for the paths of an input that are too many for a variable. */
function variableLeftOut(
  command: string,
  { inputs }: CommandContext,
  variables: Readonly<Record<string, string>>,
): Failure | undefined {
  const name = Object.keys(inputs)
    .filter((input) => inputs[input]?.length !== 0)
    .map(variableOfInput)
    .find((variable) => variables[variable] === undefined && new RegExp(`\\b${variable}\\b`).test(command));
  if (name === undefined) return undefined;
  return {
    code: 'COMMAND_TOO_LONG',
    message: `$${name} would hold more paths than the system takes in a variable`,
    remedy: 'read them from the JSON file $PIPE_INPUTS: a list of paths for each input',
  };
}
