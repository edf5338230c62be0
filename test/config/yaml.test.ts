import { describe, expect, it } from 'vitest';

import { toJson } from '../../src/config/located.ts';
import { lineAt, type Source } from '../../src/config/source.ts';
import { parseYaml } from '../../src/config/yaml.ts';

const source = (text: string): Source => ({ name: 'pipeline.yaml', kind: 'file', text });

function faults(text: string): readonly string[] {
  const parsed = parseYaml(source(text));
  return parsed.ok
    ? []
    : parsed.diagnostics.map(({ code, origin }) => {
        const place = origin === undefined ? undefined : lineAt(origin);
        return `${code} ${place?.line}:${place?.column}`;
      });
}

describe('reading YAML', () => {
  it('keeps where each value and each key stands', () => {
    const parsed = parseYaml(source('a: 1\nb:\n  c: [x, yes]\n'));
    if (!parsed.ok || parsed.value.kind !== 'mapping') throw new Error('not a mapping');
    expect(toJson(parsed.value)).toEqual({ a: 1, b: { c: ['x', 'yes'] } });
    const b = parsed.value.entries.get('b');
    if (b?.value.kind !== 'mapping') throw new Error('not a mapping');
    expect(lineAt(b.key)).toMatchObject({ line: 2, column: 1 });
    const c = b.value.entries.get('c');
    if (c?.value.kind !== 'sequence' || c.value.items[1] === undefined) throw new Error('not a list');
    expect(lineAt(c.value.items[1].origin)).toMatchObject({ line: 3, column: 10 });
  });

  it.each([
    ['a:\n  b: 1\n\tc: 2\nd: [1, 2\n', 'YAML_TAB_AS_INDENT 3:1', 'indent with spaces'],
    [
      'a: 1\nb: { c: ${data.photos}, d: 2 }\ne: 3\n',
      'YAML_UNEXPECTED_TOKEN 2:10',
      "inside { } and [ ] a placeholder needs quotes: '${data.photos}'",
    ],
    [
      'a:\n   b: 1\n  c: 2\n',
      'YAML_BAD_INDENT 3:1',
      'begin the keys of one mapping, and the items of one list, in one column',
    ],
    [
      'a: "b\nc: 1\n',
      'YAML_MISSING_CHAR 3:1',
      'close the quote, the bracket or the brace that is open, and put ": " after each key',
    ],
  ])('reports the first syntax error, from which others follow: %j', (text, fault, remedy) => {
    expect(faults(text)).toEqual([fault]);
    const parsed = parseYaml(source(text));
    expect(parsed.ok ? undefined : parsed.diagnostics[0]?.remedy).toBe(remedy);
  });

  it('reports every key that is there twice, with its place', () => {
    expect(faults('a: 1\na: 2\nb: 1\nb: 2\n')).toEqual(['YAML_DUPLICATE_KEY 2:1', 'YAML_DUPLICATE_KEY 4:1']);
    expect(faults('a: [1, 2\nb: 3')).toHaveLength(1);
  });

  it('refuses a zero byte wherever it stands, and says where', () => {
    for (const [text, place] of [
      ['a: 1\n\0', '2:1'],
      ['a: b\0c\n', '1:5'],
      ['\0', '1:1'],
      ['# \0\na: 1\n', '1:3'],
    ] as const)
      expect(faults(text)).toEqual([`YAML_ZERO_BYTE ${place}`]);
  });

  it('refuses numbers that JSON cannot hold', () => {
    expect(faults('a: .nan\nb: -.inf\nc: 9007199254740993\nd: 1e999\n')).toEqual([
      'YAML_NUMBER 1:4',
      'YAML_NUMBER 2:4',
      'YAML_NUMBER 3:4',
      'YAML_NUMBER 4:4',
    ]);
  });

  it('takes aliases, but not those that multiply', () => {
    const fair = parseYaml(source('a: &a { x: 1 }\nb: *a\n'));
    expect(fair.ok && toJson(fair.value)).toEqual({ a: { x: 1 }, b: { x: 1 } });
    const levels = Array.from({ length: 9 }, (_, level) =>
      level === 0
        ? 'l0: &l0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]'
        : `l${level}: &l${level} [${`*l${level - 1}, `.repeat(10)}]`,
    );
    expect(faults(levels.join('\n')).map((fault) => fault.split(' ')[0])).toEqual(['YAML_ALIASES']);
  });

  it('refuses an alias that contains itself, and one without an anchor', () => {
    expect(faults('a: &a [*a]')).toEqual(['YAML_ALIASES 1:8']);
    expect(faults('a: *nothing')).toEqual(['YAML_ALIASES 1:4']);
  });

  it('refuses nesting without end', () => {
    expect(faults(`a: ${'['.repeat(50_000)}`).map((fault) => fault.split(' ')[0])).toContain('YAML_TOO_DEEP');
    expect(faults(`a: ${'['.repeat(150)}${']'.repeat(150)}`).map((fault) => fault.split(' ')[0])).toContain(
      'YAML_TOO_DEEP',
    );
  });

  it('refuses more than ten million characters', () => {
    expect(faults(`# ${'x'.repeat(10_000_000)}`)).toEqual(['YAML_TOO_LARGE 1:1']);
  });

  it('takes names such as __proto__ for what they are: names', () => {
    const parsed = parseYaml(source('__proto__: { polluted: true }'));
    expect(parsed.ok && JSON.stringify(toJson(parsed.value))).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
