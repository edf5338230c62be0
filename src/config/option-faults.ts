/** What is wrong with the options of a command line where the files are right. */
import type { Diagnostic } from './diagnostic.ts';
import { partAt, type LocatedMapping } from './located.ts';
import type { Axis } from './override.ts';
import type { SweepPart } from './sweep.ts';

/** `-S brightness.percentile=10`, where stage brightness has `with: { percentile: 50 }`: nothing that can be set. */
export function withLiteral(fault: Diagnostic, pipeline: LocatedMapping): Diagnostic {
  const { code, message, origin } = fault;
  const [, path = ''] = code === 'PARAM_UNKNOWN' ? (/^there is no parameter (.*)$/.exec(message) ?? []) : [];
  const [stage = '', ...keys] = path.split('.');
  if (keys.length === 0 || partAt(pipeline, ['stages', stage, 'with', ...keys]) === undefined) return fault;
  return {
    code,
    message,
    ...(origin === undefined ? {} : { origin }),
    remedy: `stage ${stage} has ${keys.join('.')} in its \`with:\`: make it a parameter, ${keys.at(-1) ?? ''}: "\${${path}}"`,
  };
}

/** By `-S` and by `--sweep` or `--seeds`: which is meant, nobody knows. */
export function sweptTwice(
  axes: readonly Axis[],
  swept: ReadonlyMap<string, SweepPart>,
): readonly Diagnostic[] {
  return axes
    .filter(({ path }) => swept.has(path))
    .map(({ path, origin }) => ({
      code: 'SWEEP_TWICE',
      message: `${path} is swept here and with -S too`,
      origin,
      remedy: 'sweep it in one of them',
    }));
}
