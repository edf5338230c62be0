/** Why the system started no process, and what to do about it. */
import { FailureError } from '../../failure.ts';

/** `error`: what `spawn` said. */
export function notStarted(error: Error & { readonly code?: string }): FailureError {
  const [code, message, remedy] = causes[error.code ?? ''] ?? [
    'PROCESS_NOT_STARTED',
    `/bin/sh cannot be started: ${error.message}`,
    'see that /bin/sh is there and may be run',
  ];
  return new FailureError({ code, message, remedy });
}

const tooManyFiles = [
  'FILES_OPEN_TOO_MANY',
  'no process can be started: too many files are open',
  'raise the limit (ulimit -n 1024), or run fewer stages at a time (--jobs 1)',
] as const;

const tooManyProcesses = [
  'PROCESSES_TOO_MANY',
  'no process can be started: there are too many, or there is no memory for one more',
  'raise the limit (ulimit -u), end other processes, or run fewer stages at a time (--jobs 1)',
] as const;

const causes: Readonly<Record<string, readonly [code: string, message: string, remedy: string]>> = {
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  EAGAIN: tooManyProcesses,
  ENOMEM: tooManyProcesses,
  E2BIG: [
    'COMMAND_TOO_LONG',
    'its command line and environment are longer than the system takes',
    'declare less in `environment`, or hand it over in a file',
  ],
};
