/** The root of the project that a command is called in. */
import { findProject } from '../config/project.ts';
import { FailureError } from '../failure.ts';

/** Throws a `FailureError` where there is none. */
export async function projectRoot(): Promise<string> {
  const project = await findProject(process.cwd());
  if (!project.ok) throw new FailureError(project.failure);
  return project.value;
}
