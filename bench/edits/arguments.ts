/** What the two benches of edits are called with: `NUMBER [--seed SEED] [--json]`. */
import { parseArgs } from 'node:util';

export interface EditArguments {
  readonly edits: number;
  readonly seed: string;
  readonly json: boolean;
}

/** `edits` where no number is given. Tells the seed, by which the same edits are drawn again. */
export function editArguments({ edits }: Pick<EditArguments, 'edits'>): EditArguments {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    options: {
      seed: { type: 'string', default: String(Date.now()) },
      json: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  console.error(`seed ${values.seed}`);
  return { ...values, edits: Number(positionals[0] ?? edits) };
}
