/** Names of stages that cannot stand beside one another in a store, where each stage has a folder of its name. */
import type { Diagnostic } from './diagnostic.ts';
import type { StageDeclaration } from './stage-declaration.ts';

/** What the store itself keeps beside the stages. */
const reserved: ReadonlySet<string> = new Set(['runs']);

/**
 * In bytes: names of files have 255 at most, and the store adds a key, an ending or the name of a lock to that of a stage
 * (`src/store/layout.ts`).
 */
export const longestStageName = 180;

/** Errors: `SCHEMA_NAME` (too long), `STAGE_NAME_RESERVED`, `STAGE_NAME_CLASH`. */
export function checkStageNames(
  stages: Iterable<Pick<StageDeclaration, 'name' | 'origin'>>,
): readonly Diagnostic[] {
  const first = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const { name, origin } of stages) {
    const folded = name.toLowerCase();
    const other = first.get(folded);
    const bytes = Buffer.byteLength(name);
    if (bytes > longestStageName) {
      const message = `the name of a stage is part of names of files, and this one has ${bytes} bytes`;
      diagnostics.push({ code: 'SCHEMA_NAME', message, origin, expected: `at most ${longestStageName}` });
    } else if (reserved.has(folded)) {
      const message = `${name} cannot be a stage's name: artifacts/${folded} holds the records of the runs`;
      diagnostics.push({ code: 'STAGE_NAME_RESERVED', message, origin, remedy: 'give it another name' });
    } else if (other === undefined) first.set(folded, name);
    else
      diagnostics.push({
        code: 'STAGE_NAME_CLASH',
        message: `${other} and ${name} would write to one folder where a disk does not tell upper from lower case`,
        origin,
        remedy: 'give one of them another name',
      });
  }
  return diagnostics;
}
