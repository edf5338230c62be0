/** What is said of a part of an artifact that its stage did not write. */
import leven from 'leven';

import { FailureError } from '../failure.ts';
import { compareCodePoints } from '../graph/encoding.ts';
import type { Node } from '../graph/node.ts';

export interface PartContext {
  readonly input: string;
  readonly node: Node;
  readonly producer: Node;
}

export function partMissing(
  files: readonly string[],
  part: string,
  { input, node, producer }: PartContext,
): FailureError {
  const names = [...new Set(files.flatMap(withFolders))];
  const nearest = names
    .map((name) => ({ name, distance: leven(name, part) }))
    .toSorted((a, b) => a.distance - b.distance || compareCodePoints(a.name, b.name))[0];
  const hint =
    nearest !== undefined && nearest.distance <= Math.max(2, part.length / 3)
      ? `; did you mean \`${nearest.name}\`?`
      : '';
  const top = [...new Set(files.map((path) => path.split('/')[0] as string))].slice(0, 8).join(', ');
  return new FailureError({
    code: 'PART_MISSING',
    message: `\`${producer.name}\` did not write \`${part}\`, which \`${node.name}\` takes as \`${input}\`; it wrote ${top === '' ? 'nothing' : top}${hint}`,
    place: `${producer.stage}/${part}`,
    remedy: `correct the input of \`${node.stage}\`, or let \`${producer.stage}\` write that path`,
  });
}

/** `a/b/c` and the folders `a`, `a/b` it stands in. */
function withFolders(path: string): string[] {
  const steps = path.split('/');
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'));
}
