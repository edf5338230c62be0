import { describe, expect, it } from 'vitest';

import { toJson } from '../../src/config/located.ts';
import { parseOverride } from '../../src/config/override.ts';

function read(text: string): unknown {
  const parsed = parseOverride(text);
  if (!parsed.ok) return parsed.diagnostics.map(({ code }) => code);
  const { value } = parsed;
  return value.kind === 'set'
    ? { [value.path]: toJson(value.value) }
    : { [value.path]: { sweep: value.values.map(toJson) } };
}

describe('an override from the command line', () => {
  it.each([
    ['a.b=1', 1],
    ['a.b=2e-3', 0.002],
    ['a.b=true', true],
    ['a.b=null', null],
    ['a.b=full', 'full'],
    ['a.b=../photos of 2024', '../photos of 2024'],
    ['a.b=/data/#1: new', '/data/#1: new'],
    ['a.b=${c.d}/exif', '${c.d}/exif'],
    ['a.b=[1, 2]', [1, 2]],
    ['a.b={ path: x, list: [1, 2] }', { path: 'x', list: [1, 2] }],
    ['a.b="1,2"', '1,2'],
    ["a.b=it's", "it's"],
    ["a.b=''", ''],
    ['a.b=x=y', 'x=y'],
    ['a.b=---', '---'],
  ])('reads %s', (text, value) => {
    expect(read(text)).toEqual({ 'a.b': value });
  });

  it.each([
    ['a.b=1,2,4', [1, 2, 4]],
    ['a.b=full,diagonal', ['full', 'diagonal']],
    [
      'a.b=[1,2],[3,4]',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['a.b="x,y",z', ['x,y', 'z']],
  ])('reads %s as a sweep', (text, sweep) => {
    expect(read(text)).toEqual({ 'a.b': { sweep } });
  });

  it.each([
    ['a.b', ['OVERRIDE_SYNTAX']],
    ['=1', ['OVERRIDE_SYNTAX']],
    ['a..b=1', ['OVERRIDE_SYNTAX']],
    ['a.b=', ['OVERRIDE_EMPTY']],
    ['a.b=1,,2', ['OVERRIDE_EMPTY']],
    ['a.b=[1, 2', ['YAML_MISSING_CHAR']],
    ['a.b={x: 1', ['YAML_MISSING_CHAR']],
    ['a.b=.nan', ['YAML_NUMBER']],
  ])('refuses %s', (text, codes) => {
    expect(read(text)).toEqual(codes);
  });
});
