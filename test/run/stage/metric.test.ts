import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MetricList, readMetrics } from '../../../src/run/stage/metric.ts';
import type { Metric } from '../../../src/stage.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array => Buffer.from(text, encoding);
const read = (text: string, directions: Readonly<Record<string, Metric['direction']>> = {}) =>
  readMetrics(bytes(text), 'metrics.json', directions);
const plain = (name: string, value: number | null): Metric => ({ name, value, direction: 'none', unit: '' });

describe('a file of metrics', () => {
  it('has no value where it holds null or what Python writes of NaN and the infinities', () => {
    const text = '{"a": NaN, "b": {"c": -Infinity, "d": Infinity}, "e": null, "f": 1e999, "g": 1}';
    expect(read(text).metrics).toEqual([
      plain('a', null),
      plain('b.c', null),
      plain('b.d', null),
      plain('e', null),
      plain('f', null),
      plain('g', 1),
    ]);
    expect(read('[{"name": "a", "value": NaN, "direction": "lower", "unit": "1"}]').metrics).toEqual([
      { name: 'a', value: null, direction: 'lower', unit: '1' },
    ]);
  });

  it('keeps NaN and braces in its texts as they are', () => {
    const text = '{"NaN": 1, "a \\" NaN {": {"value": NaN, "unit": "NaN: [-Infinity}"}}';
    expect(read(text).metrics).toEqual([
      plain('NaN', 1),
      { name: 'a " NaN {', value: null, direction: 'none', unit: 'NaN: [-Infinity}' },
    ]);
  });

  it.each(['{"a": fooNaN}', '{"a": -NaN}', '{"a": NaNs}', '{"a": 1', '', 'NaN'])(
    'is refused as %j',
    (text) => {
      expect(() => read(text)).toThrow(/METRIC_INVALID the file of metrics/);
    },
  );

  it.each([
    ['{"a": 1, "a": 2}', 'the name "a" is there twice'],
    ['{"a": {"b": 1, "c": {}, "b": 2}}', 'the name "b" is there twice'],
    ['{"a": 1, "\\u0061": 2}', 'the name "a" is there twice'],
    ['{"a.b": 1, "a": {"b": 2}}', 'the metric `a.b` is there twice'],
    [JSON.stringify([plain('a', 1), plain('b', 1), plain('a', 1)]), 'the metric `a` is there twice'],
  ])('is refused where a name is there twice: %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('leaves out what is no number and has no declared direction, and says so', () => {
    const text = '{"model": "resnet", "auc": 0.5, "early": true, "history": [1, 2], "deep": {"note": ""}}';
    expect(read(text)).toEqual({
      metrics: [plain('auc', 0.5)],
      leftOut: ['model (a text)', 'early (true or false)', 'history (a list)', 'deep.note (a text)'],
    });
    expect(() => read(text, { model: 'higher' })).toThrow(
      'the metric `model` is "resnet" where a number is expected',
    );
    expect(() => read(text, { history: 'higher' })).toThrow('the metric `history` is [1,2] where');
  });

  it('has what stands beside the value of a metric as metrics of their own', () => {
    const text =
      '{"accuracy": {"value": 0.9, "std": 0.01, "unit": "1", "note": "ten seeds", "range": {"low": 0.8}}, "b": 2}';
    const found = [
      { ...plain('accuracy', 0.9), unit: '1' },
      plain('accuracy.std', 0.01),
      plain('accuracy.range.low', 0.8),
      plain('b', 2),
    ];
    expect(read(text)).toEqual({ metrics: found, leftOut: ['accuracy.note (a text)'] });
    expect(read(text, { 'accuracy.std': 'lower' }).metrics[1]).toMatchObject({ direction: 'lower' });
    const list =
      '[{"name": "a", "value": 1, "direction": "none", "unit": "", "count": 3, "std": 2, "on": true}]';
    expect(read(list)).toEqual({
      metrics: [{ ...plain('a', 1), count: 3 }, plain('a.std', 2)],
      leftOut: ['a.on (true or false)'],
    });
  });

  it.each(['{"a": {"": {"": 1}}}', '{"": 1}', '{"a": {"value": 1, "": 2}}'])(
    'is refused where a name is empty: %s',
    (text) => {
      expect(() => read(text)).toThrow('the metric `(unnamed)` has no name');
    },
  );

  it('may begin with a byte order mark, which says how it is written', () => {
    const text = '\uFEFF{"auc": 1}';
    const utf16 = bytes(text, 'utf16le');
    for (const written of [bytes(text), utf16, Buffer.from(utf16).swap16()])
      expect(readMetrics(written, 'metrics.json').metrics).toEqual([plain('auc', 1)]);
  });

  it('takes any name for a name', () => {
    const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'length'];
    const text = `{${names.map((name) => `"${name}": 1`).join()}}`;
    expect(read(text).metrics).toEqual(names.map((name) => plain(name, 1)));
    const directions = JSON.parse('{"constructor": "higher", "__proto__": "lower"}') as Record<
      string,
      'higher'
    >;
    expect(read(text, directions).metrics.map(({ direction }) => direction)).toEqual([
      'higher',
      'lower',
      'none',
      'none',
      'none',
      'none',
    ]);
  });

  it('is refused where it is nested too deeply, and may be long', () => {
    const depth = 20_000;
    const deep = `${'{"a":'.repeat(depth)}{}${'}'.repeat(depth)}`;
    expect(() => read(deep)).toThrow(/has a name of more than 300 characters/);
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`m${i}`, i]));
    expect(read(JSON.stringify({ all: many })).metrics).toHaveLength(200_000);
  });

  it('gives every number by its name, whatever the names are', () => {
    const anyName = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .filter((name) => !name.includes('.') && name !== 'value');
    fc.assert(
      fc.property(fc.dictionary(anyName, fc.double()), (numbers) => {
        const text = `{${Object.entries(numbers)
          .map(([name, value]) => `${JSON.stringify(name)}:${String(value)}`)
          .join()}}`;
        const expected = Object.entries(numbers).map(([name, value]) => [
          name,
          Number.isFinite(value) ? value + 0 : null,
        ]);
        expect(read(text).metrics.map(({ name, value }) => [name, value])).toEqual(expected);
      }),
    );
  });
});

describe('the metrics of a node', () => {
  it('keep what a record knows of them and nothing else', () => {
    const list = new MetricList();
    expect(list.add({ ...plain('a', Number.NaN), count: 3, colour: 'red' })).toBeUndefined();
    expect(list.all()).toEqual([{ ...plain('a', null), count: 3 }]);
  });

  it.each([
    [{ ...plain('x'.repeat(301), 1) }, 'has a name of more than 300 characters'],
    [{ ...plain('a', 1), unit: 'u'.repeat(101) }, 'has a unit of more than 100 characters'],
    [{ ...plain('a', 1), direction: 'up' }, 'has the direction "up" where'],
    [{ ...plain('a', 1), count: -1 }, 'has the count -1 where'],
    [{ ...plain('a', 1), unit: undefined }, 'has no unit'],
    [{ ...plain('', 1) }, 'has no name'],
    [5, '`5` is no metric'],
  ])('are refused by what is wrong with one: %j', (metric, message) => {
    expect(new MetricList().add(metric)?.message).toContain(message);
  });
});
