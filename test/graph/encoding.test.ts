import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDeepStrictEqual } from 'node:util';

import { canonicalText, compareCodePoints, digestOf } from '../../src/graph/encoding.ts';
import type { Json } from '../../src/json.ts';

/** JSON values that are easily confused: few letters, separators, digits as text, lone surrogates, `__proto__`. */
const confusable = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      null,
      true,
      false,
      0,
      1,
      -1,
      10,
      '',
      '0',
      '1',
      'a',
      'b',
      'ab',
      ',',
      '"',
      '[]',
      'null',
      '\ud800',
      '\udc00',
      '\ufffd',
    ),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'ab', '', ':', '__proto__', '\ud800'), tie('json'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
})).json;

describe('canonicalText', () => {
  it('is the same for two values only when they are equal', () => {
    fc.assert(
      fc.property(confusable, confusable, (left, right) => {
        expect(canonicalText(left) === canonicalText(right)).toBe(isDeepStrictEqual(left, right));
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back as the value it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalText(value as Json))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalText(reversed)).toBe(canonicalText(value));
      }),
    );
  });

  it('keeps the order of lists', () => {
    expect(canonicalText([1, 2])).not.toBe(canonicalText([2, 1]));
  });

  it('does not join words: a, bc is not ab, c', () => {
    expect(digestOf(['a', 'bc'])).not.toBe(digestOf(['ab', 'c']));
  });

  it('refuses a number that JSON cannot say', () => {
    expect(() => canonicalText({ a: [Number.NaN] })).toThrow(RangeError);
  });
});

describe('compareCodePoints', () => {
  it('orders as the UTF-8 bytes do', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((each) => each.isWellFormed());
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareCodePoints(left, right))).toBe(
          Buffer.compare(Buffer.from(left), Buffer.from(right)),
        );
      }),
    );
  });

  it('puts what lies above U+FFFF last, where UTF-16 units would not', () => {
    expect(['\u{1f600}', '\uff5e'].toSorted(compareCodePoints)).toEqual(['\uff5e', '\u{1f600}']);
  });
});
