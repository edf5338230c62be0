/** Reads the tables that an artifact brings along, whatever they are about. */
import { join } from 'node:path';

import { readPlainText, readTextIfThere } from '../../config/plain-file.ts';
import { FailureError } from '../../failure.ts';
import type { TablesFile } from '../../tables.ts';
import { faultsBySchema } from '../schema.ts';

/** `tables.json` at the top of a folder; undefined where there is none. Errors: `TABLES_INVALID`. */
export async function readTables(folder: string): Promise<TablesFile | undefined> {
  const place = join(folder, 'tables.json');
  const text = readOrRefuse(readTextIfThere, place);
  return text === undefined ? undefined : parseTables(text, place);
}

/** A file that somebody names. Errors: `TABLES_INVALID`. */
export async function readTablesFile(place: string): Promise<TablesFile> {
  return parseTables(readOrRefuse(readPlainText, place), place);
}

function readOrRefuse<Text>(read: (place: string) => Text, place: string): Text {
  try {
    return read(place);
  } catch (error) {
    throw invalid(place, `it cannot be read (${(error as Error).message})`);
  }
}

/** Errors: `TABLES_INVALID`: not JSON, not by the schema, or columns of unequal length. */
export async function parseTables(text: string, place: string): Promise<TablesFile> {
  const found = ((): unknown => {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw invalid(place, (error as Error).message);
    }
  })();
  const faults = await faultsBySchema('tables', found);
  if (faults.length > 0) throw invalid(place, faults.slice(0, 3).join('; '));
  const file = found as TablesFile;
  for (const { name, columns } of file.tables) {
    const lengths = new Set(columns.map(({ cells }) => cells.length));
    if (lengths.size > 1)
      throw invalid(place, `the columns of ${name} have ${[...lengths].join(' and ')} cells`);
  }
  return file;
}

const invalid = (place: string, what: string): FailureError =>
  new FailureError({
    code: 'TABLES_INVALID',
    message: `is not a file of tables: ${what}`,
    place,
    remedy: 'let the stage write what schemas/tables.schema.json says, or give the file another name',
  });
