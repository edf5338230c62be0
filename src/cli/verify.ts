/** `pipe verify [STAGE...]` */
import { openStore } from '../store/store.ts';
import { nearestName } from '../config/nearest.ts';
import { FailureError } from '../failure.ts';
import { inspectStore, stagesIn } from '../store/inspect.ts';
import { bytesInWords } from '../bytes.ts';
import { counted } from '../counted.ts';
import { exitCode } from './exit-code.ts';
import type { JsonOption } from './options.ts';
import { projectRoot } from './project-root.ts';
import { printJson, printLines, tell } from './output.ts';

export async function verify(stages: readonly string[], { json }: JsonOption): Promise<number> {
  const store = await openStore(projectRoot());
  const known = stagesIn(store);
  for (const stage of stages) if (!known.includes(stage)) throw unknownStage(stage, known);
  const isWanted = (stage: string): boolean => stages.length === 0 || stages.includes(stage);
  const sum = { artifacts: 0, files: 0, bytes: 0, damaged: 0 };
  for await (const inspected of inspectStore(store, isWanted)) {
    const { stage, key, name, files, bytes, damaged } = inspected;
    sum.artifacts += 1;
    sum.files += files;
    sum.bytes += bytes;
    sum.damaged += damaged.length > 0 ? 1 : 0;
    if (json === true) printJson(inspected);
    else for (const path of damaged) printLines(`damaged  ${stage}/${key}/${path}  (${name ?? stage})`);
  }
  const { artifacts, files, bytes, damaged } = sum;
  const read = `${counted(artifacts, 'artifact')}, ${counted(files, 'file')}, ${bytesInWords(bytes)} read`;
  tell(
    `${read}: ${damaged === 0 ? 'all as it was written' : `${damaged} damaged; the next run makes them again`}`,
  );
  return damaged === 0 ? exitCode.ok : exitCode.workToDo;
}

/** A misspelt name must not pass for a stage without damage. */
const unknownStage = (stage: string, known: readonly string[]): FailureError => {
  const nearest = nearestName(stage, known);
  return new FailureError({
    code: 'STAGE_UNKNOWN',
    message: `the store has no artifact of a stage ${JSON.stringify(stage)}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    ...(known.length > 0 && { remedy: `it has those of ${known.join(', ')}` }),
  });
};
