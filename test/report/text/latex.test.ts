import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { latexComment, latexText } from '../../../src/report/text/latex.ts';
import { joined } from '../../../src/report/text/visible.ts';
import { hostileText, runs } from './hostile.ts';

describe('a text in LaTeX', () => {
  it('is the letters of its cell, and no command, group, formula, comment or argument', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = latexText(text);
        expect(written).not.toMatch(/^\s*[[*]|\n/);
        expect(read(written)).toBe(joined(text));
      }),
      runs,
    );
  });

  it('in a comment does not end it', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(latexComment(text)).toMatch(/^% [^\n\r]*$/);
      }),
      runs,
    );
  });
});

const letters: Readonly<Record<string, string>> = {
  '\\textbackslash{}': '\\',
  '\\textasciitilde{}': '~',
  '\\textasciicircum{}': '^',
  '\\textless{}': '<',
  '\\textgreater{}': '>',
  '\\textbar{}': '|',
  '$\\pm$': '±',
  '{}': '',
  '~': ' ',
};

/** The letters that LaTeX sets; fails at anything that it would take for more than a letter. */
function read(text: string): string {
  const token = /\\text[a-z]+\{\}|\$\\pm\$|\{\}|\\[{}$&#%_]|~|[^\\{}$&#%_~^]/gsuy;
  let set = '';
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const [found] = token.exec(text) ?? [];
    if (found === undefined) throw new Error(`LaTeX would act on ${text.slice(at)}`);
    set += letters[found] ?? found.replace(/^\\/, '');
  }
  return set;
}
