/** A run in the log of GitHub Actions: each node's lines folded into one group when it has ended, failures as annotations. */
import { describeFailure } from '../../failure.ts';
import { gitHubCommand, gitHubLog } from '../text/github-log.ts';
import { terminalText } from '../text/terminal.ts';
import { RunLines, undeclaredInShort } from './lines.ts';
import type { Reporter } from './reporter.ts';

/** Of one node; the whole log is in the store. */
const mostLogLines = 1000;

export function groupsReporter(write: (text: string) => void): Reporter {
  const lines = new RunLines();
  const logs = new Map<string, string[]>();
  let last: readonly string[] = [];
  const tell = (told: readonly string[]): void => {
    for (const line of told) write(`${gitHubLog(line)}\n`);
  };
  const command = (...words: Parameters<typeof gitHubCommand>): void => write(`${gitHubCommand(...words)}\n`);
  /** The first line stays in sight. */
  const folded = (head: string, log: readonly string[]): void => {
    command('group', head);
    tell(log.map(terminalText));
    command('endgroup');
  };
  return {
    onEvent(event) {
      const told = lines.of(event);
      switch (event.kind) {
        case 'run-finished':
          last = told;
          break;
        case 'node-log':
          logs.set(event.recipe, [...(logs.get(event.recipe) ?? []), event.line].slice(-mostLogLines));
          break;
        case 'node-finished':
        case 'node-failed': {
          const log = logs.get(event.recipe) ?? [];
          logs.delete(event.recipe);
          if (log.length === 0) tell(told.slice(0, 1));
          else folded(told[0] ?? event.node, log);
          if (event.kind === 'node-failed') command('error', describeFailure(event.failure), event.node);
          break;
        }
        case 'node-undeclared':
          for (const text of undeclaredInShort(event)) command('warning', text, event.node);
          break;
        default:
          tell(told);
      }
    },
    close: () => tell(last),
  };
}
