import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { html } from '../../../src/report/text/html.ts';
import { visibleLines } from '../../../src/report/text/visible.ts';
import { hostileText, runs } from './hostile.ts';
import { attributesOf, elementsOf, textNodesOf } from './parsed-html.ts';

describe('a text in HTML', () => {
  it('is the text of its element and the value of its attribute, and nothing else', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const page = html`<p title="${text}"><b class="x">${text}</b></p>`.text;
        expect(elementsOf(page)).toEqual(['p', 'b']);
        expect(attributesOf(page)).toEqual([
          ['p title', visibleLines(text)],
          ['b class', 'x'],
        ]);
        expect(textNodesOf(page).map(({ text }) => text)).toEqual(
          [visibleLines(text)].filter((each) => each !== ''),
        );
        expect(elementsOf(page.replaceAll('"', "'"))).toEqual(['p', 'b']);
      }),
      runs,
    );
  });
});
