/** `pipe plan --json > FILE`, and `pipe run --plan FILE`, which does just that or nothing. */
import { readPlainText } from '../config/plain-file.ts';
import { FailureError } from '../failure.ts';
import { planDifferences, type PlanFile, type PlanRequest } from '../graph/plan-file.ts';
import type { Plan } from '../graph/plan.ts';
import type { ConfigurationOptions } from './options.ts';

export function requestOf(
  targets: readonly string[],
  { experiment, set, sweep = [] }: ConfigurationOptions,
): PlanRequest {
  return { targets, experiment: experiment ?? null, set, sweep };
}

interface FileOrder {
  readonly targets: readonly string[];
  readonly options: ConfigurationOptions;
  /** Throws a `FailureError` with the code `PLAN_OUTDATED` where something changed since. */
  readonly check: (plan: Plan) => void;
}

/** Throws a `FailureError`: `PLAN_UNREADABLE`, `PLAN_AND_TARGETS`. */
export async function orderByFile(
  file: string,
  targets: readonly string[],
  options: ConfigurationOptions,
): Promise<FileOrder> {
  const { request, nodes } = readPlan(file);
  const { experiment, set, sweep = [] } = options;
  if (targets.length + set.length + sweep.length > 0 || experiment !== undefined)
    throw new FailureError({
      code: 'PLAN_AND_TARGETS',
      message: 'a plan says what to run: --plan takes no targets, -e, -S, --sweep or --seeds beside it',
      place: file,
      remedy: 'make another plan with pipe plan --json',
    });
  return {
    targets: request.targets,
    options: { experiment: request.experiment ?? undefined, set: request.set, sweep: request.sweep },
    check: (plan) => {
      const differences = planDifferences(nodes, plan);
      if (differences.length > 0) throw outdated(file, differences);
    },
  };
}

const mostShown = 5;

function outdated(file: string, differences: readonly string[]): FailureError {
  const shown = differences.slice(0, mostShown).join('; ');
  const rest = differences.length - mostShown;
  return new FailureError({
    code: 'PLAN_OUTDATED',
    message: `nothing ran, for the plan no longer holds: ${shown}${rest > 0 ? `; ${rest} more` : ''}`,
    place: file,
    remedy: 'make the plan again with pipe plan --json',
  });
}

function readPlan(file: string): PlanFile {
  try {
    const plan = JSON.parse(readPlainText(file)) as Partial<PlanFile>;
    if (plan.format !== 1 || !Array.isArray(plan.nodes) || !Array.isArray(plan.request?.targets))
      throw new Error('it is not a plan');
    return plan as PlanFile;
  } catch (error) {
    throw new FailureError({
      code: 'PLAN_UNREADABLE',
      message: `the plan cannot be read: ${(error as Error).message}`,
      place: file,
      remedy: 'write one with pipe plan TARGET --json > FILE',
    });
  }
}
