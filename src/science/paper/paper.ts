/** The numbers the paper prints, to stand beside ours. All in per cent, as printed, its slips included. */
import tables from './tables.json' with { type: 'json' };

export interface PaperNumbers {
  readonly acc?: number;
  readonly ap?: number;
  readonly auc?: number;
}
/** By generator, and `mean`. */
export type PaperRow = Readonly<Record<string, PaperNumbers>>;
/** By method. */
export type PaperTable = Readonly<Record<string, PaperRow>>;

/** The nine generators in the order of the paper's columns. */
export const paperGenerators: readonly string[] = tables.generators;
/** Acc and AP of `Ours` and six detectors. */
export const tableOne: PaperTable = tables.tableI;
/** AUC of the same mixture on five kinds of features; `EXIF-L2R` learns to rank the tags alone. */
export const tableTwo: PaperTable = tables.tableII;
/** Mean Acc and AP by loss. */
export const tableThree = tables.tableIII satisfies Record<string, PaperNumbers>;
/** The number of components at which the curve of Fig. 4 is highest. */
export const { bestComponents } = tables.figure4;

/** Paper order first, then code-point order. */
export function inPaperOrder(names: readonly string[]): string[] {
  return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

/** Whether a mean over these generators may stand beside the paper's: exactly its nine. */
export const areThePapers = (names: readonly string[]): boolean =>
  names.length === paperGenerators.length && paperGenerators.every((name) => names.includes(name));

const rank = (name: string): number => {
  const index = paperGenerators.indexOf(name);
  return index === -1 ? paperGenerators.length : index;
};
