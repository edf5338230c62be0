/** `pipe why NODE` */
import type { KeyChange } from '../graph/key.ts';
import type { PlannedNode } from '../graph/plan.ts';
import { changeInShort, reasonInShort } from '../report/terminal/words.ts';
import { exitCode } from './exit-code.ts';
import type { ConfigurationOptions, JsonOption } from './options.ts';
import { planTargets } from './planned-target.ts';

export async function why(name: string, options: ConfigurationOptions & JsonOption): Promise<number> {
  for (const { planned } of await planTargets(name, options)) {
    if (options.json === true)
      console.log(JSON.stringify({ node: planned.node.name, decision: planned.decision }));
    else console.log(explain(planned));
  }
  return exitCode.ok;
}

function explain({ node, decision }: PlannedNode): string {
  switch (decision.kind) {
    case 'hit':
      return `${node.name} is unchanged: nothing runs`;
    case 'run-unless-inputs-come-out-equal':
      return `${node.name} runs unless these come out as they were: ${decision.awaiting.join(', ')}`;
    case 'run': {
      const { reason } = decision;
      if (reason.kind !== 'changed') return `${node.name} runs: ${reasonInShort(reason)}`;
      return [
        `${node.name} runs; since the last result of ${node.stage} changed:`,
        ...reason.changes.map(line),
      ].join('\n');
    }
  }
}

function line(change: KeyChange): string {
  return `  ${changeInShort(change)}`;
}
