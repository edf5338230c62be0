import { describe, expect, it } from 'vitest';

import { arrange, describeDiagnostic, failureOf, type Diagnostic } from '../../src/config/diagnostic.ts';
import type { Source } from '../../src/config/source.ts';

const text = 'params:\n  seed: 1\nstages:\n  gmm: featurs\n';
const file: Source = { name: 'pipeline.yaml', kind: 'file', text };
const unknown: Diagnostic = {
  code: 'STAGE_UNKNOWN',
  message: 'there is no stage "featurs"',
  origin: { source: file, start: text.indexOf('featurs'), end: text.indexOf('featurs') + 7 },
  nearest: 'features',
};

describe('a diagnostic', () => {
  it('is told with its place, the line, a caret and the nearest name', () => {
    expect(describeDiagnostic(unknown)).toBe(
      [
        'pipeline.yaml:4:8: STAGE_UNKNOWN there is no stage "featurs"',
        '  4 |   gmm: featurs',
        '    |        ^^^^^^^',
        '  did you mean: features',
      ].join('\n'),
    );
  });

  it('of an option names the option', () => {
    const option: Source = { name: '-S gmm.componets=4', kind: 'option', text: 'gmm.componets=4' };
    const diagnostic = {
      code: 'PARAM_UNKNOWN',
      message: 'no',
      origin: { source: option, start: 0, end: 13 },
    };
    expect(describeDiagnostic(diagnostic)).toBe(
      ['-S gmm.componets=4: PARAM_UNKNOWN no', '  -S gmm.componets=4', '     ^^^^^^^^^^^^^'].join('\n'),
    );
  });

  it('fits on one line for programs', () => {
    expect(failureOf(unknown)).toEqual({
      code: 'STAGE_UNKNOWN',
      message: 'there is no stage "featurs"',
      place: 'pipeline.yaml:4:8',
      remedy: 'did you mean features?',
    });
  });

  it('comes once, and from top to bottom', () => {
    const first: Diagnostic = { ...unknown, origin: { source: file, start: 0, end: 6 } };
    expect(arrange([unknown, first, unknown])).toEqual([first, unknown]);
  });
});
