/**
 * Texts for the log of a CI job, in which the runner looks for commands: GitHub's and Azure's `::name::` at the start of a line and
 * `##[name]` or `##vso[name]` anywhere in one. No text but `gitHubCommand` gives one.
 */
import { visible } from './visible.ts';

/** Lines that have been made for a terminal; only what would be a command is pulled apart. */
export const gitHubLog = (text: string): string =>
  text.replaceAll(/^([^\S\n]*):(?=:)/gm, '$1: ').replaceAll(/##(?=\w*\[)/g, '# #');

/** `::error title=gmm::what happened`: the one way to speak to the runner. */
export function gitHubCommand(
  name: 'group' | 'endgroup' | 'error' | 'warning',
  message = '',
  title?: string,
): string {
  const properties =
    title === undefined ? '' : ` title=${data(title).replaceAll(':', '%3A').replaceAll(',', '%2C')}`;
  return `::${name}${properties}::${data(message)}`;
}

/** What follows `::` is given back by the runner with its escapes undone. */
const data = (text: string): string => gitHubLog(visible(text)).replaceAll('%', '%25');
