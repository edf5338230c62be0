/** What a terminal and the runner of GitHub's and Azure's CI jobs act on, after their own sources. */

/** Characters with no place in a line of text. */
export const unseenIn = (text: string): readonly string[] =>
  text.match(/(?!\n)[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/gu) ?? [];

export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** As actions/runner reads lines (`ActionCommand.cs`): `::` at the start once trimmed as .NET does, `##[` and `##vso[` anywhere. */
export function commandsIn(log: string): readonly RunnerCommand[] {
  return log.split(/\r\n|\r|\n/).flatMap((line): readonly RunnerCommand[] => {
    const trimmed = line.replace(/^[\s\u0085\u200b\ufeff]+/, '');
    const end = trimmed.startsWith('::') ? trimmed.indexOf('::', 2) : -1;
    if (end > 0) return [parsed(trimmed.slice(2, end), trimmed.slice(end + 2))];
    const [, old] = /##(?:vso|teamcity)?\[([^\]]*)\]/.exec(line) ?? [];
    return old === undefined ? [] : [{ name: old, properties: {}, data: '' }];
  });
}

function parsed(head: string, data: string): RunnerCommand {
  const [name = '', ...rest] = head.split(' ');
  const properties = rest
    .join(' ')
    .split(',')
    .filter((pair) => pair !== '')
    .map(
      (pair) =>
        [pair.slice(0, pair.indexOf('=')).trim(), unescaped(pair.slice(pair.indexOf('=') + 1))] as const,
    );
  return { name, properties: Object.fromEntries(properties), data: unescaped(data) };
}

const unescaped = (text: string): string =>
  text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
