import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readPlainYaml } from '../../src/config/plain-yaml.ts';
import type { Source } from '../../src/config/source.ts';
import { parseYaml } from '../../src/config/yaml.ts';

const source = (text: string): Source => ({ name: 'pipeline.yaml', kind: 'file', text });

const root = join(import.meta.dirname, '../..');
const files = [
  'pipeline.yaml',
  ...readdirSync(join(root, 'experiments'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `experiments/${name}`),
];
const texts = files.map((file) => readFileSync(join(root, file), 'utf8'));

const plain = `# A comment

params:  # another
  seed: 2024
  a.b: -1.5e-3
  flags: { x: true, y: ~, z: "quoted, text", list: [1, two, 'three''s', []] }
stages:
  first:
    run: cat "$PIPE_INPUT" > $PIPE_OUTPUT/out   # not this
    inputs:
      - ./a
      - { from: second/part, set: { params.seed: [1, 2] } }
  second:
    - name: x
      value: 10 min

    - name: y
  ...: "\${params.flags}"
`;

describe('plain YAML', () => {
  it('is read without the library', () => {
    expect(readPlainYaml(source(plain))).toEqual(valueOf(plain));
    expect(texts.filter((text) => readPlainYaml(source(text)) !== undefined)).not.toEqual([]);
  });

  it.each(files.map((file, i) => [file, texts[i] as string]))(
    'is what the library makes of %s',
    (_, text) => {
      const byLibrary = valueOf(text);
      expect(readPlainYaml(source(text)) ?? byLibrary).toEqual(byLibrary);
    },
  );

  it.each([
    'a: |\n  b\n',
    'a: &b c\n',
    'a: *b\n',
    'a: !!str 1\n',
    'a: b\n c\n',
    'a: "b\\n"\n',
    'a:\n',
    'a: b\na: c\n',
    'a: b: c\n',
    '? a\n: b\n',
    '"a": b\n',
    '- a\n',
    'a\n',
    '---\na: b\n',
    'a:\tb\n',
    'a: 0x10\n',
    'a: .inf\n',
    'a: 12345678901234567890\n',
    'a: [b\n  ]\n',
    'null: a\n',
    '',
  ])('is not all of %j, which is left to the library', (text) => {
    expect(readPlainYaml(source(text))).toBeUndefined();
  });

  it('is what the library makes of it, however it is written: values and places', () => {
    const piece = fc.constantFrom(
      ...'\n\n  :-#[]{},\'"&*|>a1?~.$+e%!@`\\'.split(''),
      '\n  ',
      '\n    ',
      ': ',
      ' #',
      '- ',
      '\n- ',
      'null',
      '...',
      '---',
      '0x1',
      '1e3',
      '{ a: b }',
      '[a, b]',
      'é',
      '😀',
    );
    const edit = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 3 }),
      insert: fc.array(piece, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(plain, plain, ...texts.map((text) => text.slice(0, 1500))),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (text, edits) => {
          const edited = edits.reduce((before, { at, remove, insert }) => {
            const place = at % (before.length + 1);
            return before.slice(0, place) + insert.join('') + before.slice(place + remove);
          }, text);
          const byLibrary = valueOf(edited);
          expect(readPlainYaml(source(edited)) ?? byLibrary).toEqual(byLibrary);
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 1500) },
    );
  });
});

function valueOf(text: string): unknown {
  const read = parseYaml(source(text));
  return read.ok ? read.value : read.diagnostics;
}
