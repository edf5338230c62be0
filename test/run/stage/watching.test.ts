import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { graph, node, project, run } from '../project.ts';

it('a module that runs for another node has nothing of the runner compiled anew but what names its own files', async () => {
  const root = await project({ 'stages/s.js': 'export default { async run() {} };' });
  const compiled = async (seed: number): Promise<number> => {
    const { started } = await run(root, graph(node('s', { use: 'stages/s.js', params: { seed } })));
    expect(started).toEqual(['s']);
    return readdirSync(join(root, 'artifacts/.store/compiled'), { recursive: true }).length;
  };
  const first = await compiled(1);
  expect(await compiled(2)).toBe(first + 1);
});
