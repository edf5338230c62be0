import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { gitHubCommand, gitHubLog } from '../../../src/report/text/github-log.ts';
import { terminalLine, terminalText } from '../../../src/report/text/terminal.ts';
import { hostileText, runs } from './hostile.ts';
import { commandsIn, unseenIn } from './terminal-log.ts';

describe('a text on a terminal', () => {
  it('steers nothing, hides nothing and begins no line of its own', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(unseenIn(terminalLine(text))).toEqual([]);
        expect(terminalLine(text)).not.toContain('\n');
        expect(unseenIn(terminalText(text))).toEqual([]);
      }),
      runs,
    );
  });

  it('is shown with escapes in place of what cannot be seen', () => {
    expect(terminalLine('a\u001b[2J\u009b1m\r\n\tb\u202ec\u{e0041}\ud800')).toBe(
      String.raw`a\x1b[2J\x9b1m\r\n\tb\u202ec\u{e0041}\ud800`,
    );
    expect(terminalLine('漢字 ü ✔\ufe0f \u{1f600} \\n')).toBe('漢字 ü ✔\ufe0f \u{1f600} \\n');
  });

  it('keeps its lines where it has several, with what ends them on any system', () => {
    expect(terminalText('a\r\n\tb\r1/5\r2/5\n')).toBe('a\n    b\\r1/5\\r2/5\n');
  });
});

describe('a text in the log of a CI job', () => {
  it('is no command to its runner', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const shown of [terminalLine(text), terminalText(text)])
          expect(commandsIn(gitHubLog(shown))).toEqual([]);
      }),
      runs,
    );
  });

  it('is pulled apart where it would be one, and nowhere else', () => {
    expect(gitHubLog('::error::x\n \u00a0::add-mask::y\n##[error]z ##vso[a]\nstd::vector ## a [1]')).toBe(
      ': :error::x\n \u00a0: :add-mask::y\n# #[error]z # #vso[a]\nstd::vector ## a [1]',
    );
  });

  it('stands in a command of ours as one argument of it', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (message, title) => {
        const [command, ...others] = commandsIn(gitHubCommand('error', message, title));
        expect(others).toEqual([]);
        expect(command?.name).toBe('error');
        expect(Object.keys(command?.properties ?? {})).toEqual(['title']);
        expect(command?.properties['title']).toBe(gitHubLog(terminalLine(title)));
        expect(command?.data).toBe(gitHubLog(terminalLine(message)));
      }),
      runs,
    );
  });
});
