/** Which differences are too bad to pass. */
import { join } from 'node:path';

import { parse } from 'yaml';

import { readTextIfThere } from '../../config/plain-file.ts';
import { FailureError } from '../../failure.ts';
import { faultsBySchema } from '../schema.ts';
import type { Differences, MetricDifference } from './differences.ts';

/** By a metric's name, in which `*` stands for anything. */
export type Allowances = Readonly<Record<string, Allowance>>;

interface Allowance {
  /** In the metric's own unit. */
  readonly absolute?: number;
  /** A share of the value before: 0.01 is one per cent. */
  readonly relative?: number;
}

const allowancesFile = 'allowances.yaml';

/** `allowances.yaml` of the project; none where there is no such file. Errors: `ALLOWANCES_INVALID`. */
export async function readAllowances(root: string): Promise<Allowances> {
  try {
    const text = readTextIfThere(join(root, allowancesFile));
    const found: unknown = parse(text ?? '{}') ?? {};
    const faults = [...(await faultsBySchema('allowances', found)), ...endless(found as Allowances)];
    if (faults.length === 0) return found as Allowances;
    throw new Error(faults.join('; '));
  } catch (error) {
    throw new FailureError({
      code: 'ALLOWANCES_INVALID',
      message: `cannot be used: ${(error as Error).message}`,
      place: allowancesFile,
      remedy: "write 'METRIC*': { absolute: 0.5, relative: 0.01 }",
    });
  }
}

/** No JSON has such a number, so that no schema speaks of it. */
const endless = (allowances: Allowances): readonly string[] =>
  Object.entries(allowances).flatMap(([name, allowance]) =>
    Object.entries(allowance ?? {}).flatMap(([kind, value]) =>
      value === Infinity ? [`${name}.${kind} must be a number with an end`] : [],
    ),
  );

/** Why no metric can be judged, whatever its value; none where all can. */
export const obstacles = ({ before, stale, isPartial, unequalMarks }: Differences): readonly string[] => [
  ...(stale.length > 0 ? ['nothing is known of the configuration'] : []),
  ...(isPartial ? [`not all of the configuration of ${before} is understood`] : []),
  ...(unequalMarks.length > 0 ? ['results of different kinds do not compare'] : []),
];

/**
 * The metrics that are worse by more than the larger of their allowances and by more than the seeds explain, those with
 * a direction that are gone or have lost their value, and those whose unit or direction is another. Without an entry
 * nothing is allowed. The last entry that fits a name counts.
 */
export function failuresOf({ metrics }: Differences, allowances: Allowances): readonly MetricDifference[] {
  return metrics.filter((metric) => {
    const { verdict, direction, change, before, withinNoise, name } = metric;
    if (verdict === 'not comparable') return true;
    if (verdict === 'gone' || verdict === 'lost its value') return direction !== 'none';
    if (verdict !== 'worse' || withinNoise === true || change === null) return false;
    const { absolute = 0, relative = 0 } = allowanceFor(name, allowances);
    return Math.abs(change) > Math.max(absolute, relative * Math.abs(before?.value ?? 0));
  });
}

function allowanceFor(name: string, allowances: Allowances): Allowance {
  return Object.entries(allowances).findLast(([pattern]) => fits(pattern, name))?.[1] ?? {};
}

/** Without backtracking: each piece between asterisks is looked for after the one before. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
