/** Texts that try to do something where they are shown, for properties of every medium. */
import fc from 'fast-check';

/** By whom they mean to steer. */
// prettier-ignore
const pieces = {
  terminal: [
    '\u001b[2J', '\u001b]52;c;ZXZpbA==\u0007', '\u001b]0;title\u0007', '\u009b31m', '\u007f', '\0', '\b', '\v', '\f', '\u0085',
    '\n', '\r', '\r\n', '\n\n', '\t', ' ', '    ', '\u00a0', '\u2028', '\u2029', '\u202e', '\u2066', '\u200f', '\u200b',
    '\u200d', '\ufeff', '\u00ad', '\ud800', '\udc00', '\u{e0041}', '\u{1f600}', '\ufe0f', 'e\u0301',
  ],
  runner: [
    '::error::x', '::add-mask::y', '::stop-commands::z', '##[add-mask]x', '##[error]', '##vso[task.setvariable]', '::', '##', '%0A',
  ],
  gitHub: [
    '@octocat', '@all', '&commat;octocat', '&#x40;octocat', '&num;1', '&amp;', 'a@b.example', '#1', 'owner/repo#1', 'GH-1', 'gh-12',
    'user/repo@a5c3785ed8d6a35868bc169f07e40e889087fd2e', 'a5c3785ed8d6a35868bc169f07e40e889087fd2e', 'a5c3785', '12345678901234567890',
    'https://evil.example', 'ftp://evil.example/x', 'www.evil.example', 'mailto:a@b.example', ':smile:', ':+1:', 'CVE-2026-1234',
  ],
  gitLab: [
    '/merge', '/close', '\n/approve', '!1', '$1', '$x^2$', '$$', '~label', '~"a b"', '%milestone', '%"a"', '&1', '[vulnerability:1]',
    '[[page]]', '[[_TOC_]]', '{+ added +}', '[- gone -]', '*iteration:"x"', '^alert#1', '# ', '## x', '#', '- ', '+ ', '* ', '1. ', '2) ',
  ],
  markdown: [
    '> ', '---', '===', '***', '___', '```', '~~~', '`', '``', '|', '||', ' | ', '\\', '\\\\', '\\|', '**b**', '__u__', '_i_', '~~s~~',
    '[x](https://evil.example)', '![x](https://evil.example/x.png)', '[x]: https://evil.example', '[^1]', '- [ ] ', '<https://evil.example>',
  ],
  html: [
    '<!--', '-->', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '</td>', '<a href="javascript:1">', '"', "'", '" onload="x',
  ],
  spreadsheet: [
    '=1+1', '=HYPERLINK("http://evil.example")', '+cmd|x', "-2+3+cmd|' /C calc'!A0", '@SUM(1)', '＝1', ',', ';', '""', '-5.0', '+1.4',
  ],
  latex: [
    '\\input{/etc/passwd}', '\\end{tabular}', '$', '&', '%', '#', '_', '{', '}', '^', '[3pt]', '*', '--', '^^M', '~',
  ],
  names: [
    '{', '}', '__proto__', 'constructor', '../', '${x}', '{{ output }}', 'loss', 'a b', '0.1', 'ü', '漢',
  ],
};

/** One to eight of them, and now and then any characters at all. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...Object.values(pieces).flat()) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''));

/** The same runs each time; a failure names its seed and path. */
export const runs = { numRuns: 500, seed: 13 } as const;
