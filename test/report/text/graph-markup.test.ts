import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { dotText, mermaidText } from '../../../src/report/text/graph-markup.ts';
import { terminalLine } from '../../../src/report/text/terminal.ts';
import { hostileText, runs } from './hostile.ts';

describe('a label of a graph', () => {
  it('is letters and numbers of characters to Mermaid, between its quotes', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = mermaidText(text);
        expect(written).toMatch(/^"(?:[\p{L}\p{N} .,:=/()_[\]-]|#\d+;)*"$/u);
        const decoded = written
          .slice(1, -1)
          .replaceAll(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
        expect(decoded).toBe(terminalLine(text));
      }),
      runs,
    );
  });

  it('is one quoted text to Graphviz, with no entity', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const written = dotText(text);
        expect(written).toMatch(/^"(?:[^"\\\n]|\\[\\"])*"$/);
        expect(written).not.toMatch(/&(?!amp;)/);
        const decoded = written.slice(1, -1).replaceAll(/\\(.)/g, '$1').replaceAll('&amp;', '&');
        expect(decoded).toBe(terminalLine(text));
      }),
      runs,
    );
  });
});
