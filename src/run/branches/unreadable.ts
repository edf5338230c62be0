/** Why nothing is removed: what a branch, or the whole repository, refers to is not known. */
import { FailureError } from '../../failure.ts';

/** `place` is a folder. */
export function repositoryUnreadable(place: string | undefined, reason: string): FailureError {
  return new FailureError({
    code: 'GIT_UNREADABLE',
    message: `the repository cannot be read, and so not what its branches refer to: ${reason}`,
    ...(place === undefined ? {} : { place }),
    remedy: 'mend that, or look at this work tree alone: pipe gc --this-branch',
  });
}

/** `name` is a branch or the folder of a work tree. */
export function branchUnreadable(name: string, reason: string): FailureError {
  return new FailureError({
    code: 'BRANCH_UNREADABLE',
    message: `its configuration cannot be read, and so not which artifacts it needs: ${reason}`,
    place: name,
    remedy:
      'nothing was removed; mend or delete that branch (of a remote: git branch -dr), or look at this work tree alone: pipe gc --this-branch',
  });
}
