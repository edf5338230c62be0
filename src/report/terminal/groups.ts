/** A run in the log of GitHub Actions: each node's lines folded into one group when it has ended, failures as annotations. */
import { describeFailure } from '../../failure.ts';
import { RunLines } from './lines.ts';
import type { Reporter } from './reporter.ts';

/** Of one node; the whole log is in the store. */
const mostLogLines = 1000;

export function groupsReporter(write: (text: string) => void): Reporter {
  const lines = new RunLines();
  const logs = new Map<string, string[]>();
  let last: readonly string[] = [];
  const tell = (told: readonly string[]): void => {
    for (const line of told) write(`${line}\n`);
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
          tell(grouped(told, log));
          if (event.kind === 'node-failed')
            tell([annotated('error', event.node, describeFailure(event.failure))]);
          break;
        }
        case 'node-undeclared':
          tell(told.map((line) => annotated('warning', event.node, line.replace(/^stray +\S+ +/, ''))));
          break;
        default:
          tell(told);
      }
    },
    close: () => tell(last),
  };
}

/** The first line stays in sight; nothing is folded where there is no more. A log may not begin commands of its own. */
function grouped([head = '']: readonly string[], log: readonly string[]): readonly string[] {
  if (log.length === 0) return [head];
  return [`::group::${head}`, ...log.map((line) => line.replace(/^(\s*)::/, '$1: :')), '::endgroup::'];
}

const escaped = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

function annotated(level: 'error' | 'warning', node: string, text: string): string {
  const title = escaped(node).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${level} title=${title}::${escaped(text)}`;
}
