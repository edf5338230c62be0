/** The command line. What was run before and has not been touched since needs none of the rest. */
import { exitCode } from './exit-code.ts';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader (head, less) has seen enough.
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
  throw error;
});

// Which parts of Node the program leans on is not for its users to weigh.
const [tellWarning] = process.listeners('warning');
process.removeAllListeners('warning').on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') tellWarning?.(warning);
});

const [, , command, ...words] = process.argv;
const code = command === 'run' ? await (await import('./settled-run.ts')).repeatRun(words) : undefined;
if (code === undefined) await import('./program.ts');
else process.exitCode = code;
