/**
 * Random small projects (modules with what they load late, commands with scripts, files, folders, lists, links) that are edited at random
 * moments of a run, most edits taken back: no artifact may hold other bytes than an undisturbed run gives under its key.
 * `-- edits-during NUMBER [--seed SEED]`, 100 edits where no number is given.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { editArguments } from './edits/arguments.ts';
import { editDuring } from './edits-during/trial.ts';

const { edits: wanted, seed, json } = editArguments({ edits: 100 });
const root = mkdtempSync(join(tmpdir(), 'bench-edits-during-'));
const total = { edits: 0, artifacts: 0, noticed: 0, wrong: 0 };
let projects = 0;

async function editProjects(): Promise<void> {
  while (total.edits < wanted) {
    const folder = mkdtempSync(join(root, 'project-'));
    const { edits, artifacts, noticed, wrong } = await editDuring(folder, `${seed}-${projects++}`);
    for (const each of wrong) console.error(each);
    total.edits += edits;
    total.artifacts += artifacts;
    total.noticed += noticed;
    total.wrong += wrong.length;
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  // Stages wait most of the time.
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, editProjects));
  if (json) console.log(JSON.stringify({ suite: 'edits-during', ...total }));
  else
    console.log(
      `${total.edits} edits, ${total.wrong} wrong (${total.artifacts} artifacts of ${projects} projects compared, ${total.noticed} times an edit was noticed)`,
    );
  process.exitCode = total.wrong === 0 ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
