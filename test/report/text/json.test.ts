import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { jsonText } from '../../../src/report/text/json.ts';
import { hostileText, runs } from './hostile.ts';
import { commandsIn, unseenIn } from './terminal-log.ts';

describe('a text in JSON', () => {
  it('is read back as it was, and does nothing on its way', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (name, text) => {
        const value = [{ [name]: text, list: [text] }];
        for (const indent of [0, 2]) {
          const written = jsonText(value, indent);
          expect(JSON.stringify(JSON.parse(written))).toBe(JSON.stringify(value));
          expect(unseenIn(written)).toEqual([]);
          expect(commandsIn(written)).toEqual([]);
        }
      }),
      runs,
    );
  });
});
