import fc from 'fast-check';
import { expect, it } from 'vitest';

import { parseTarget } from '../../src/cli/target.ts';
import { toJson } from '../../src/config/located.ts';
import { parseOverride } from '../../src/config/override.ts';
import { nodeName } from '../../src/graph/name.ts';
import type { Json } from '../../src/json.ts';

type Overrides = readonly (readonly [path: string, value: Json])[];

const readBack = (name: string): Overrides =>
  parseTarget(name).overrides.map((text) => {
    const parsed = parseOverride(text);
    if (!parsed.ok || parsed.value.kind !== 'set') throw new Error(`${text} sets no single value`);
    return [parsed.value.path, toJson(parsed.value.value)] as const;
  });

/** Texts that a command line would take for something else, beside any other. */
const text = fc.oneof(
  fc.constantFrom('3.9', '3.10', '1', 'true', 'null', '~', '.inf', '1e3', '0x1f', '1..3', '0..1 by 0.5', '-'),
  fc.constantFrom(
    '',
    ' a',
    'a,b',
    'a, q=1',
    '[',
    ']',
    '{a}',
    '"',
    "'",
    '#',
    ': ',
    '---',
    '...',
    'True',
    'nUll',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('1', '.', '-', 'e', ',', '=', ' ', '"', '…', 'a', '\\', '\n'),
    maxLength: 8,
  }),
);
const scalar = fc.oneof(text, fc.integer(), fc.constantFrom(0.1, 1e-7, 1e15, true, false, null));
const value: fc.Arbitrary<Json> = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }));
const overrides = fc
  .array(fc.tuple(fc.constantFrom('p', 'q.r', 'python'), value), { minLength: 1, maxLength: 3 })
  .filter((list) => list.every(([path, one]) => nodeName('s', [[path, one]]).length <= 40 + path.length));

it('a name typed back says the same overrides, whatever their values are', () => {
  fc.assert(
    fc.property(overrides, (list) => {
      // YAML knows no zero byte, and none can stand in an argument.
      fc.pre(!JSON.stringify(list).includes(String.raw`\u0000`));
      expect(readBack(nodeName('s', list))).toEqual(list);
    }),
    { numRuns: 2000 },
  );
});

it('two values never have one name', () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      const names = [one, other].map((each) => nodeName('s', [['p', each]]));
      expect(names[0] === names[1]).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['adam', 's[p=adam]'],
  ['resnet-18', 's[p=resnet-18]'],
  ['data/faces.csv', 's[p=data/faces.csv]'],
  ['2024-01-01', 's[p=2024-01-01]'],
  [3.1, 's[p=3.1]'],
  [true, 's[p=true]'],
  ['3.10', 's[p="3.10"]'],
  ['true', 's[p="true"]'],
  ['a,b', 's[p="a,b"]'],
])(
  'plain values stand as they are, texts that would be read as something else in quotes: %j',
  (one, name) => {
    expect(nodeName('s', [['p', one]])).toBe(name);
  },
);

it('a value that a name cuts short cannot be typed back, and that is said', () => {
  const name = nodeName('s', [['p', 'x'.repeat(60)]]);
  expect(name).toMatch(/^s\[p=x{32}…[0-9a-f]{6}\]$/);
  expect(() => parseTarget(name)).toThrow(/NAME_CUT .* p .*-S p=/);
});
