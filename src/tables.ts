/**
 * The one form of result tables, `tables.json` of an artifact: typed columns, so that whoever shows them needs to know
 * nothing of what they are about. `schemas/tables.schema.json` says the same to programs.
 */
import type { JsonObject } from './json.ts';

export interface TablesFile {
  readonly format: 1;
  readonly title: string;
  /** What holds of all numbers made here (`simulated`); said wherever they are shown. */
  readonly marks: readonly string[];
  /** A sentence or more that must stand above the tables. */
  readonly warning: string | null;
  /** Sentences to be read with the tables. */
  readonly remarks: readonly string[];
  readonly tables: readonly Table[];
}

export interface Table {
  /** Unique in the file: lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  /** What the table shows, a sentence or two. */
  readonly caption: string;
  /** The rows are points along the first column. */
  readonly series?: true;
  /** All of one length. */
  readonly columns: readonly Column[];
  /** The same numbers and more, one record each, all with the same members, for programs. */
  readonly records: readonly JsonObject[];
}

export type Column = TextColumn | NumberColumn;

interface TextColumn {
  readonly kind: 'text';
  readonly header: string;
  readonly cells: readonly string[];
}

export interface NumberColumn {
  readonly kind: 'number';
  readonly header: string;
  /** A result, a number it is compared with (printed elsewhere, not made here), the result less that one, or a count. */
  readonly role: 'value' | 'reference' | 'difference' | 'count';
  readonly decimals: number;
  /** Numbers of different sizes: each by its own digits in place of `decimals`, and a dash where there is none. */
  readonly significant?: true;
  readonly direction: 'higher' | 'lower' | 'none';
  /** Best and second are told apart among the cells of this column (`down`), or of a row's columns of that kind (`across`). */
  readonly ranked?: 'down' | 'across';
  /** null where there is none. */
  readonly cells: readonly NumberCell[];
}

type NumberCell = null | number | RepeatedNumber;

/** The mean of repetitions with other seeds. */
interface RepeatedNumber {
  readonly value: number;
  /** Sample standard deviation, with n - 1. */
  readonly deviation: number;
  /** Repetitions. */
  readonly repetitions: number;
}
