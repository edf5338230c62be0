/** The root of the project that a command is called in. */
import { findProject } from '../config/project.ts';
import { FailureError } from '../failure.ts';

/** Throws a `FailureError` where there is none. */
export function projectRoot(): string {
  const project = findProject(process.cwd());
  if (!project.ok) throw new FailureError(project.failure);
  return project.value;
}
