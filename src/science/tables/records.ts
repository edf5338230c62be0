/** Results as records, one number each, for programs: the rows of `tables.csv` and of `tables.json`. */

export interface ResultRecord {
  /** Which table of the paper, or of ours, the number belongs to. */
  readonly table: 'Table I' | 'Table II' | 'Table III' | 'Fig. 4' | 'Pretraining';
  readonly method: string;
  /** `ours`: reproduces a row of the paper; `control`: a row the paper does not have; `paper`: printed there, not run here. */
  readonly role: 'ours' | 'control' | 'paper';
  readonly metric: 'acc' | 'ap' | 'auc' | 'falseAlarm' | 'ranking';
  /** A generator, a tag, a manipulation, or `mean`. */
  readonly subject: string;
  readonly split: 'test' | 'validation' | 'held-out';
  /** K of the mixture, where there is one. */
  readonly components: number | null;
  /** Per cent. */
  readonly value: number | null;
  /** What the paper prints, per cent; null where it has no such number. */
  readonly paper: number | null;
  /** Ours less the paper's, in points. */
  readonly difference: number | null;
  /** Images, pairs of photographs, or photographs behind `value`. */
  readonly count: number | null;
  /** Whether `value` was made from simulated data. */
  readonly simulated: boolean;
}

type Given = Omit<ResultRecord, 'components' | 'value' | 'paper' | 'difference' | 'count'> & {
  readonly components?: number | undefined;
  readonly value?: number | undefined;
  readonly paper?: number | undefined;
  readonly count?: number | undefined;
};

/** Completes a record; numbers keep six decimals. */
export function record({ components, value, paper, count, ...rest }: Given): ResultRecord {
  const { table, method, role, metric, subject, split, simulated } = rest;
  return {
    table,
    method,
    role,
    metric,
    subject,
    split,
    components: components ?? null,
    value: rounded(value),
    paper: rounded(paper),
    difference: rounded(value === undefined || paper === undefined ? undefined : value - paper),
    count: count ?? null,
    simulated,
  };
}

const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Math.round(value * 1e6) / 1e6;
