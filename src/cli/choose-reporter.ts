/** The view that suits the options and where the output goes. */
import { jsonReporter, silentReporter, type Reporter } from '../report/terminal/reporter.ts';
import type { RunOptions } from './options.ts';

export async function chooseReporter({ json, quiet }: Pick<RunOptions, 'json' | 'quiet'>): Promise<Reporter> {
  if (json === true) return jsonReporter((text) => process.stdout.write(text));
  if (quiet === true) return silentReporter;
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    const { groupsReporter } = await import('../report/terminal/groups.ts');
    return groupsReporter((text) => process.stderr.write(text));
  }
  if (!canRedraw(process.stderr)) {
    const { linesReporter } = await import('../report/terminal/lines.ts');
    return linesReporter((text) => process.stderr.write(text));
  }
  const [{ liveReporter }, { Chalk, chalkStderr }] = await Promise.all([
    import('../report/terminal/live.ts'),
    import('chalk'),
  ]);
  const noColour = (process.env['NO_COLOR'] ?? '') !== '';
  return liveReporter(process.stderr, noColour ? new Chalk({ level: 0 }) : chalkStderr);
}

/** A terminal that a person looks at, and that tells its size. */
function canRedraw({ isTTY, columns, rows }: NodeJS.WriteStream): boolean {
  const { TERM, CI } = process.env;
  return isTTY && TERM !== 'dumb' && CI === undefined && columns > 0 && rows > 0;
}
