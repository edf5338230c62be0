/** Some tables of a file, by their names. */
import { nearestName } from '../../config/nearest.ts';
import { FailureError } from '../../failure.ts';
import type { TablesFile } from '../../tables.ts';

/** All without names. Errors: `TABLE_UNKNOWN`. */
export function chooseTables(file: TablesFile, names: readonly string[] = []): TablesFile {
  if (names.length === 0) return file;
  const known = file.tables.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new FailureError({
      code: 'TABLE_UNKNOWN',
      message: `there is no table ${JSON.stringify(name)}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
      remedy: `one of ${known.join(', ')}`,
    });
  }
  return { ...file, tables: file.tables.filter(({ name }) => names.includes(name)) };
}
