/** How a command ends, for scripts that call it. */
export const exitCode = {
  ok: 0,
  stageFailed: 1,
  /** The command line, the configuration or the project is not usable; nothing ran. */
  configuration: 2,
  /** `pipe diff --gate`: a metric is worse by more than is allowed. */
  gateFailed: 3,
  /** `pipe plan --check`, and commands that need a result that is not there yet. */
  workToDo: 4,
  interrupted: 130,
} as const;
