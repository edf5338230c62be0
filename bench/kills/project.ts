/** The project of the trials: what it writes is hard to save and to remove, and its right result is known beforehand. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pipeline = `
stages:
  parts:
    run: |
      set -e
      echo begun > {{ checkpoint }}/step
      mkdir -p {{ output }}/closed/inside {{ output }}/empty
      for i in 1 2 3 4; do cat {{ inputs.data }} > {{ output }}/part-$i; done
      ln {{ output }}/part-1 {{ output }}/closed/inside/linked
      chmod 000 {{ output }}/part-4
      chmod 555 {{ output }}/closed/inside {{ output }}/closed
    inputs: { data: ./data }
  copy:
    use: stages/copy.ts
    inputs: { parts: parts }
  all:
    run: |
      set -e
      cat {{ inputs.copy }}/copy {{ inputs.parts }}/closed/inside/linked > {{ output }}/all
      chmod 555 {{ output }}
    inputs: { copy: copy, parts: parts }
`;

const copyStage = `
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
export default {
  async run({ inputs, output, checkpoint }: any): Promise<void> {
    const { path } = inputs.one('parts');
    mkdirSync(checkpoint + '/closed', { recursive: true });
    chmodSync(checkpoint + '/closed', 0o555);
    for (const i of [1, 2, 3, 4]) writeFileSync(output + '/copy', readFileSync(path + '/part-' + i), { flag: 'a' });
    writeFileSync(output + '/metrics.json', '{}');
  },
};
`;

export const target = 'all';

export function writeProject(root: string, data: string): void {
  mkdirSync(join(root, 'stages'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(root, 'pipeline.yaml'), pipeline);
  writeFileSync(join(root, 'stages/copy.ts'), copyStage);
  writeFileSync(join(root, 'data'), data);
}

/** What `all` holds. */
export const resultOf = (data: string): string => data.repeat(5);
