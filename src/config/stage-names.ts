/** Names of stages that cannot stand beside one another in a store, where each stage has a folder of its name. */
import type { Diagnostic } from './diagnostic.ts';
import type { StageDeclaration } from './stage-declaration.ts';

/** What the store itself keeps beside the stages. */
const reserved: ReadonlySet<string> = new Set(['runs']);

/** Errors: `STAGE_NAME_RESERVED`, `STAGE_NAME_CLASH`. */
export function checkStageNames(
  stages: Iterable<Pick<StageDeclaration, 'name' | 'origin'>>,
): readonly Diagnostic[] {
  const first = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  for (const { name, origin } of stages) {
    const folded = name.toLowerCase();
    const other = first.get(folded);
    if (reserved.has(folded)) {
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
