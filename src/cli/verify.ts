/** `pipe verify [STAGE...]` */
import { openStore } from '../store/store.ts';
import { inspectStore } from '../store/inspect.ts';
import { bytesInWords } from './bytes.ts';
import { exitCode } from './exit-code.ts';
import type { JsonOption } from './options.ts';
import { projectRoot } from './project-root.ts';

export async function verify(stages: readonly string[], { json }: JsonOption): Promise<number> {
  const store = await openStore(projectRoot());
  const isWanted = (stage: string): boolean => stages.length === 0 || stages.includes(stage);
  const sum = { artifacts: 0, files: 0, bytes: 0, damaged: 0 };
  for await (const inspected of inspectStore(store, isWanted)) {
    const { stage, key, name, files, bytes, damaged } = inspected;
    sum.artifacts += 1;
    sum.files += files;
    sum.bytes += bytes;
    sum.damaged += damaged.length > 0 ? 1 : 0;
    if (json === true) console.log(JSON.stringify(inspected));
    else for (const path of damaged) console.log(`damaged  ${stage}/${key}/${path}  (${name ?? stage})`);
  }
  const { artifacts, files, bytes, damaged } = sum;
  const read = `${artifacts} artifacts, ${files} files, ${bytesInWords(bytes)} read`;
  console.error(
    `${read}: ${damaged === 0 ? 'all as it was written' : `${damaged} damaged; the next run makes them again`}`,
  );
  return damaged === 0 ? exitCode.ok : exitCode.workToDo;
}
