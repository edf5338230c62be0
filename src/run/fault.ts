/** A node's way to no artifact, thrown inside the runner and told as an event at its edge. */
import { describeFailure, FailureError, type Failure } from '../failure.ts';
import type { Node } from '../graph/node.ts';
import type { FileAccess } from '../graph/plan.ts';
import { unwritable } from '../store/unwritable.ts';
import type { NodeFailureReason } from './event.ts';

export class NodeFault extends Error {
  readonly reason: NodeFailureReason;
  readonly failure: Failure;
  readonly log: string | null;

  constructor(reason: NodeFailureReason, failure: Failure, log: string | null = null) {
    super(describeFailure(failure));
    this.name = 'NodeFault';
    this.reason = reason;
    this.failure = failure;
    this.log = log;
  }
}

const reasonOfCode: Readonly<Record<string, NodeFailureReason>> = {
  PART_MISSING: 'part-missing',
  MODULE_UNUSABLE: 'module-unusable',
  STORE_FULL: 'store-unwritable',
  STORE_READ_ONLY: 'store-unwritable',
  STORE_BROKEN: 'store-unwritable',
  STORE_BLOCKED: 'store-unwritable',
  STORE_SPLIT: 'store-unwritable',
  PATH_TOO_LONG: 'store-unwritable',
  FILES_OPEN_TOO_MANY: 'resource-unavailable',
  PROCESSES_TOO_MANY: 'resource-unavailable',
  OUTPUT_LINK: 'output-unusable',
  OUTPUT_REPLACED: 'output-unusable',
};

/** What an error of the runner's own work says of the node; an error that nobody foresaw is thrown on. */
export function faultOf(error: unknown, otherwise: NodeFailureReason): NodeFault {
  if (error instanceof NodeFault) return error;
  if (error instanceof FailureError) return faultOfFailure(error.failure, otherwise);
  const failure = unwritable(error);
  if (failure !== undefined) return faultOfFailure(failure, otherwise);
  throw error;
}

export function faultOfFailure(failure: Failure, otherwise: NodeFailureReason): NodeFault {
  return new NodeFault(reasonOfCode[failure.code] ?? otherwise, failure);
}

export const interrupted = ({ name }: Node, remedy: string): NodeFault =>
  new NodeFault('interrupted', {
    code: 'INTERRUPTED',
    message: 'the run was interrupted',
    place: name,
    remedy,
  });

/** Of a strict run. */
export function filesUndeclared({ name }: Node, accesses: readonly FileAccess[]): NodeFault {
  const [first, ...others] = accesses.map(({ path, how }) => `${path} (${how})`);
  return new NodeFault('files-undeclared', {
    code: 'FILES_UNDECLARED',
    message: `it touched files that it does not declare: ${first ?? ''}${others.length > 0 ? ` and ${others.length} more` : ''}`,
    place: name,
    remedy:
      'name what it reads under `inputs` or `files`, let it write below its output, or run without --strict',
  });
}
