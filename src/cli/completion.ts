/** `pipe completion SHELL`, and `pipe complete`, which its script asks for what can come next. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from 'commander';

import { loadConfiguration } from '../config/configuration.ts';
import { pathsOf } from '../config/parameter-path.ts';
import { findProject } from '../config/project.ts';
import { exitCode } from './exit-code.ts';
import { print } from './output.ts';

type Shell = 'bash' | 'zsh' | 'fish';

const scripts: Readonly<Record<Shell, string>> = {
  bash: `_pipe() {
  local IFS=$'\\n'
  COMPREPLY=($(pipe complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _pipe pipe`,
  zsh: `#compdef pipe
_pipe() {
  local -a found
  found=("\${(@f)$(pipe complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z $found[1] ]]; then _files
  elif [[ $found[1] == *= ]]; then compadd -S '' -- $found
  else compadd -- $found; fi
}
compdef _pipe pipe`,
  fish: `function __pipe_complete
  set -l words (commandline -opc)
  set -l found (pipe complete -- $words[2..] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c pipe -f -a '(__pipe_complete)'`,
};

export function completion(shell: Shell): number {
  print(scripts[shell]);
  return exitCode.ok;
}

/** `words` are those after `pipe`, the last of them the one that is being written; candidates go to standard output, one a line. */
export async function complete(words: readonly string[], program: Command): Promise<number> {
  const current = words.at(-1) ?? '';
  const found = (await candidates(words, program)).filter(
    (name) => name.startsWith(current) && isPlain(name),
  );
  if (found.length > 0) print(found.join('\n'));
  return exitCode.ok;
}

/** A shell puts a candidate into the line as it is: one that it would read as more than a word is not offered. */
const isPlain = (name: string): boolean => /^[\p{L}\p{N}_.,:=@%+/-]+$/u.test(name);

async function candidates(words: readonly string[], program: Command): Promise<readonly string[]> {
  const [name, current, previous] = [words[0], words.at(-1) ?? '', words.at(-2)];
  const commands = program.createHelp().visibleCommands(program);
  if (words.length <= 1) return commands.map((command) => command.name());
  const command = commands.find((one) => one.name() === name);
  if (command === undefined) return [];
  const option = command.options.find(({ short, long }) => previous === short || previous === long);
  if (option?.argChoices !== undefined) return option.argChoices;
  if (previous === '-e' || previous === '--experiment') return experiments();
  if (previous === '-S' || previous === '--set') return (await project()).params.map((path) => `${path}=`);
  if (option?.required === true) return [];
  if (current.startsWith('-')) return command.options.flatMap(({ long }) => long ?? []);
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const takesStages = command.registeredArguments.some((argument) =>
    ['target', 'node', 'stage', 'name'].includes(argument.name()),
  );
  return choices.length > 0 || !takesStages ? choices : (await project()).stages;
}

async function project(): Promise<{
  readonly stages: readonly string[];
  readonly params: readonly string[];
}> {
  const root = findProject(process.cwd());
  const { configuration } = root.ok ? await loadConfiguration(root.value) : { configuration: undefined };
  if (configuration === undefined) return { stages: [], params: [] };
  return { stages: [...configuration.stages.keys()], params: pathsOf(configuration.params) };
}

async function experiments(): Promise<readonly string[]> {
  const root = findProject(process.cwd());
  if (!root.ok) return [];
  return readdirSync(join(root.value, 'experiments'))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .toSorted();
}
