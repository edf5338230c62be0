/** The view that suits the options and where the output goes. */
import { jsonReporter, silentReporter, type Reporter } from '../report/terminal/reporter.ts';
import type { RunOptions } from './options.ts';

export async function chooseReporter({ json, quiet }: Pick<RunOptions, 'json' | 'quiet'>): Promise<Reporter> {
  if (json === true) return jsonReporter((text) => process.stdout.write(text));
  if (quiet === true) return silentReporter;
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    const { groupsReporter } = await import('../report/terminal/groups.ts');
    return groupsReporter(await colouredLines());
  }
  if (!canRedraw(process.stderr)) {
    const { linesReporter } = await import('../report/terminal/lines.ts');
    return linesReporter(await colouredLines());
  }
  const [{ liveReporter }, { coloursOf }] = await Promise.all([
    import('../report/terminal/live.ts'),
    import('./colours.ts'),
  ]);
  return liveReporter(process.stderr, coloursOf(process.stderr));
}

/** Writes whole lines to standard error, in colour where that was asked for although nobody looks on. */
async function colouredLines(): Promise<(text: string) => void> {
  if (process.env['FORCE_COLOR'] === undefined) return (text) => process.stderr.write(text);
  const [{ colourLine }, { coloursOf }] = await Promise.all([
    import('../report/terminal/colour-line.ts'),
    import('./colours.ts'),
  ]);
  const chalk = coloursOf(process.stderr);
  return (text) => process.stderr.write(text.replace(/^.+$/gm, (line) => colourLine(line, chalk)));
}

/** A terminal that a person looks at, and that tells its size. */
function canRedraw({ isTTY, columns, rows }: NodeJS.WriteStream): boolean {
  const { TERM, CI } = process.env;
  return isTTY && TERM !== 'dumb' && CI === undefined && columns > 0 && rows > 0;
}
