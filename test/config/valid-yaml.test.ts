import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readValidYaml } from '../../src/config/valid-yaml.ts';
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

describe('YAML without a mistake', () => {
  it('is read by its events', () => {
    expect(readValidYaml(source(plain))).toEqual(valueOf(plain));
    expect(texts.filter((text) => readValidYaml(source(text)) !== undefined)).not.toEqual([]);
  });

  it.each(files.map((file, i) => [file, texts[i] as string]))(
    'is what the other library makes of %s',
    (_, text) => {
      const byOther = valueOf(text);
      expect(readValidYaml(source(text)) ?? byOther).toEqual(byOther);
    },
  );

  it.each([
    'a: b\n c\n',
    'a: "b\\n\\u00e9"\n',
    'a: 0x10\n',
    'a: [b\n  , # ]\n  ]\n',
    'a: {}\n',
    '? a\n: b\n',
    '"a": b\n',
    '- - a\n  - b\n',
    'a\n',
  ])('is read from %j', (text) => {
    expect(readValidYaml(source(text))).toEqual(valueOf(text));
  });

  it.each([
    'a: |\n  b\n',
    'a: &b c\n',
    'a: *b\n',
    'a: !!str 1\n',
    'a:\n',
    'a: b\na: c\n',
    'a: b: c\n',
    '---\na: b\n',
    'a:\tb\n',
    'a: .inf\n',
    'a: 1e400\n',
    'a: 12345678901234567890\n',
    'null: a\n',
    '',
  ])('is not read from %j, which is left to the other library', (text) => {
    expect(readValidYaml(source(text))).toBeUndefined();
  });

  it('is what the other library makes of it, however it is written: values and places', () => {
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
          const byOther = valueOf(edited);
          expect(readValidYaml(source(edited)) ?? byOther).toEqual(byOther);
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
