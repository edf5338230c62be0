/**
 * The public module for those who add a command of their own to a project: `pipe data check` runs `commands/data-check.ts`.
 *
 * A command looks at the project and prints; it makes nothing that is kept. What makes something is a stage.
 */
import type { Json, JsonObject } from './json.ts';

interface CommandContext {
  /** All parameters, with the experiment and the options of the command line laid on them and every reference resolved. */
  readonly params: JsonObject;
  /** Absolute path of the folder with `pipeline.yaml`; paths in parameters are relative to it. */
  readonly root: string;
  readonly signal: AbortSignal;
}

export interface CommandResult {
  /** For people: Markdown or plain lines. */
  readonly text: string;
  /** The same for programs: what `--json` prints. */
  readonly json: Json;
  /** Whether something is amiss: exit code 4 instead of 0. */
  readonly amiss: boolean;
}

/** What `pipe doctor` found of one thing. */
export interface Finding {
  /** One word: `cuda`. */
  readonly what: string;
  /** `needed`: it is missing, and nothing runs without it. */
  readonly state: 'there' | 'missing' | 'needed';
  readonly detail: string;
  /** What gets it where it is missing: a command, or words. */
  readonly remedy?: string;
}

export interface CommandDefinition {
  run(context: CommandContext): Promise<CommandResult>;
}

export function defineCommand(definition: CommandDefinition): CommandDefinition {
  return definition;
}
