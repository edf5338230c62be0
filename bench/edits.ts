/**
 * Random projects (links, nested and hoisted copies of packages, `imports` and `exports` with conditions, peers, workspaces, late
 * imports, JSON, workers, URL files, commands with scripts) and random edits, installs and relinks of them: after each edit a run
 * must give the bytes of a run in an empty store. `-- edits NUMBER [--seed SEED]`, 200 edits where no number is given.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import pLimit from 'p-limit';

import { editArguments } from './edits/arguments.ts';
import { editLoop } from './edits/trial.ts';

const { edits, seed, json } = editArguments({ edits: 200 });
/** One project for so many edits: more projects try more kinds, longer ones remember more. */
const editsOfOne = 25;
const root = mkdtempSync(join(tmpdir(), 'bench-edits-'));
try {
  const limit = pLimit(availableParallelism());
  const parts = await Promise.all(
    Array.from({ length: Math.ceil(edits / editsOfOne) }, (_, index) =>
      limit(async () => {
        const folder = mkdtempSync(join(root, 'project-'));
        const share = Math.min(editsOfOne, edits - index * editsOfOne);
        const counted = await editLoop(folder, { edits: share, seed: `${seed}-${index}` });
        for (const each of counted.wrong) console.error(each);
        rmSync(folder, { recursive: true, force: true });
        return counted;
      }),
    ),
  );
  const sum = (pick: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((all, part) => all + pick(part), 0);
  const wrong = sum((part) => part.wrong.length);
  const [made, unchanged, broken] = [
    sum((part) => part.edits),
    sum((part) => part.unchanged),
    sum((part) => part.broken),
  ];
  if (json) console.log(JSON.stringify({ suite: 'edits', seed, edits: made, wrong, unchanged, broken }));
  else
    console.log(
      `${made} edits, ${wrong} wrong (nothing ran after ${unchanged}, no stage could run after ${broken})`,
    );
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
