import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { markdownBlock, markdownText } from '../../../src/report/text/markdown.ts';
import { joined, visibleLines } from '../../../src/report/text/visible.ts';
import { hostileText, runs } from './hostile.ts';
import { oneBlank, rendered } from './rendered-markdown.ts';

const places: Readonly<
  Record<string, { readonly around: (text: string) => string; readonly elements: readonly string[] }>
> = {
  heading: { around: (text) => `## ${text}\n\nafter`, elements: ['h2', 'p'] },
  paragraph: { around: (text) => `before\n\n${text}\n\nafter`, elements: ['p', 'p', 'p'] },
  item: { around: (text) => `- ${text}\n- after`, elements: ['ul', 'li', 'li'] },
  cell: {
    around: (text) => `| ${text} | b |\n| --- | --- |\n| ${text} | d |`,
    elements: ['table', 'thead', 'tr', 'th', 'th', 'tbody', 'tr', 'td', 'td'],
  },
};

describe('a text in Markdown', () => {
  it.each(Object.keys(places))('is the same letters and nothing else in a %s, whatever it holds', (name) => {
    const { around, elements } = places[name] as (typeof places)[string];
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = oneBlank(joined(text));
        fc.pre(shown !== '');
        const page = rendered(around(markdownText(text)));
        expect(page.active).toEqual([]);
        expect(page.elements.filter((element) => element !== 'span')).toEqual(elements);
        expect(page.text).toContain(name === 'cell' ? shown : oneBlank(page.text));
        expect(oneBlank(page.text.replace(/^before|after$/g, ''))).toContain(shown);
      }),
      runs,
    );
  });

  it('gives no order to GitLab, and is no heading, list, rule, quotation or code', () => {
    for (const text of [
      '/merge',
      '# Heading',
      '- a',
      '+ a',
      '* a',
      '1. a',
      '2) a',
      '> a',
      '---',
      '===',
      '    code',
      '```',
      '|a|',
    ]) {
      const page = rendered(`before\n\n${markdownText(text)}`);
      expect(page.elements).toEqual(['p', 'p']);
      expect(page.active).toEqual([]);
      expect(page.text).toBe(`before ${text.trim()}`);
    }
  });

  it('mentions and refers to nothing by way of an entity', () => {
    for (const text of ['&commat;octocat', '&#x40;octocat', '&num;1', '&#x23;1', '&amp;commat;octocat'])
      expect(rendered(markdownText(text))).toEqual({ elements: ['p'], text, active: [] });
  });

  it('shows what cannot be seen', () => {
    expect(rendered(markdownText('a\u202eb\u200bc\u001b[1m')).text).toBe('a\\u202eb\\u200bc\\x1b[1m');
  });

  it('leaves plain words and numbers as they are', () => {
    for (const text of [
      'ResNet-50, 72.3 ± 0.4 (n = 3)',
      '-5.0',
      '+1.8',
      'auc.mean',
      '1234567.5',
      'C# at noon',
      'a = b',
      '100 %',
    ])
      expect(markdownText(text)).toBe(text);
  });
});

describe('lines in Markdown', () => {
  it('are one block of code, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { maxLength: 4 }), (lines) => {
        const text = lines.join('\n');
        const page = rendered(`before\n\n${markdownBlock(text)}\n\nafter`);
        expect(page.elements).toEqual(['p', 'pre', 'code', 'p']);
        expect(page.active).toEqual([]);
        expect(page.text).toBe(oneBlank(`before ${visibleLines(text)} after`));
      }),
      runs,
    );
  });
});
